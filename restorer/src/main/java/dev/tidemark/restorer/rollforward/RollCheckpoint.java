package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.optime.Optime;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/**
 * How far a roll forward has come, kept in the lease's document. It is there before the first write
 * to the base, because from then on the target's own oplog does not tell the base's moment any
 * more.
 *
 * <pre>{@code
 * { mode: "ROLL_FORWARD", base: Timestamp(1705654321, 7), listing: "listing-3.bson",
 *   done: 1152921504606846975, window: { last: 2305843009213693951, images: "window-1fff….bson" },
 *   unexplained: 0, gone: 12, findings: "findings-3-1.bson" }
 * }</pre>
 *
 * @param base the newest entry that the base holds
 * @param listing the work object that holds what the base listed
 * @param done the last hash of the windows that are written, as an unsigned number; empty for none
 * @param window whose images may be written in part
 * @param unexplained updates without a document, in the windows that are written
 * @param gone documents removed, in the windows that are written
 * @param findings the work object that holds what an undo came to in collections that are made anew
 *     and in the windows that are written; empty while there is none
 */
public record RollCheckpoint(
    Optime base,
    String listing,
    OptionalLong done,
    Optional<Pending> window,
    long unexplained,
    long gone,
    Optional<String> findings) {

  private static final String MODE = "mode";
  private static final String ROLL_FORWARD = "ROLL_FORWARD";

  /** The unsigned number that no hash exceeds. */
  private static final long ALL = -1L;

  /**
   * A window whose images are stored.
   *
   * @param last its last hash
   * @param images the work object that holds them
   */
  public record Pending(long last, String images) {}

  static RollCheckpoint began(Optime base, String listing) {
    return new RollCheckpoint(
        base, listing, OptionalLong.empty(), Optional.empty(), 0, 0, Optional.empty());
  }

  /**
   * Reads it.
   *
   * @return empty if the document is the checkpoint of something else
   */
  public static Optional<RollCheckpoint> of(BsonDocument document) {
    if (!document.isString(MODE) || !document.getString(MODE).getValue().equals(ROLL_FORWARD)) {
      return Optional.empty();
    }
    return Optional.of(
        new RollCheckpoint(
            new Optime(document.getTimestamp("base").getValue()),
            document.getString("listing").getValue(),
            document.containsKey("done")
                ? OptionalLong.of(document.getNumber("done").longValue())
                : OptionalLong.empty(),
            document.isDocument("window")
                ? Optional.of(pending(document.getDocument("window")))
                : Optional.empty(),
            document.getNumber("unexplained").longValue(),
            document.getNumber("gone").longValue(),
            document.isString("findings")
                ? Optional.of(document.getString("findings").getValue())
                : Optional.empty()));
  }

  private static Pending pending(BsonDocument window) {
    return new Pending(window.getNumber("last").longValue(), window.getString("images").getValue());
  }

  BsonDocument toBson() {
    BsonDocument document =
        new BsonDocument(MODE, new BsonString(ROLL_FORWARD))
            .append("base", new BsonTimestamp(base.value()))
            .append("listing", new BsonString(listing))
            .append("unexplained", new BsonInt64(unexplained))
            .append("gone", new BsonInt64(gone));
    findings.ifPresent(name -> document.append("findings", new BsonString(name)));
    done.ifPresent(last -> document.append("done", new BsonInt64(last)));
    window.ifPresent(
        pending ->
            document.append(
                "window",
                new BsonDocument("last", new BsonInt64(pending.last()))
                    .append("images", new BsonString(pending.images()))));
    return document;
  }

  RollCheckpoint with(Pending next) {
    return new RollCheckpoint(base, listing, done, Optional.of(next), unexplained, gone, findings);
  }

  /** The pending window is written. */
  RollCheckpoint written(long last, long moreUnexplained, long moreGone) {
    return new RollCheckpoint(
        base,
        listing,
        OptionalLong.of(last),
        Optional.empty(),
        unexplained + moreUnexplained,
        gone + moreGone,
        findings);
  }

  RollCheckpoint with(Optional<String> newFindings) {
    return new RollCheckpoint(base, listing, done, window, unexplained, gone, newFindings);
  }

  RollCheckpoint allWritten() {
    return written(ALL, 0, 0);
  }

  boolean isAllWritten() {
    return done.isPresent() && done.getAsLong() == ALL && window.isEmpty();
  }

  /** The last hash that needs no folding any more: everything up to it is written or stored. */
  OptionalLong folded() {
    return window.isPresent() ? OptionalLong.of(window.get().last()) : done;
  }
}
