package dev.tidemark.restorer.snapshot;

import com.mongodb.MongoException;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.RawCursor;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Copies the source's oplog from a snapshot's fetch start to its END, beside the reading of the
 * collections, so that an oplog shorter than the snapshot takes does not matter.
 *
 * <p>Runs on one thread; {@link #end} and {@link #abandon} are called by another.
 */
final class OplogCapture implements Callable<OplogCapture.Copied> {

  private static final int AWAIT_MS = 500;

  private final Source source;
  private final Optime fetchStart;
  private final DocumentWriter out;
  private final DocumentSum sum = new DocumentSum();

  private volatile Optime end = Optime.MAX;
  private volatile boolean abandoned;
  private BsonSlice last;

  OplogCapture(Source source, Optime fetchStart, DocumentWriter out) {
    this.source = source;
    this.fetchStart = fetchStart;
    this.out = out;
  }

  /**
   * What was copied.
   *
   * @param digest of the entries
   * @param last the last of them: the entry where it was told to stop, or one shortly behind it if
   *     it had come further by then
   */
  record Copied(DocumentSum.Digest digest, Optime last) {}

  /** Says where to stop: at this entry, which exists. */
  void end(Optime optime) {
    end = optime;
  }

  /** Makes the capture stop wherever it is. */
  void abandon() {
    abandoned = true;
  }

  /** Copies until END is reached; what it returns is meaningless if it was abandoned. */
  @Override
  public Copied call() throws IOException {
    while (!abandoned && !reachedEnd()) {
      SourceMember member = source.member();
      try (RawCursor cursor = open(member)) {
        if (resumes(cursor)) {
          copy(cursor);
        } else {
          LockSupport.parkNanos(AWAIT_MS * 1_000_000L);
        }
      } catch (MongoException e) {
        source.failed(member, e, "read local.oplog.rs");
      }
    }
    return new Copied(sum.digest(), last == null ? Optime.ZERO : optime(last));
  }

  private boolean reachedEnd() {
    return last != null && !optime(last).isBefore(end);
  }

  private RawCursor open(SourceMember member) {
    Optime from = last == null ? fetchStart : optime(last);
    BsonDocument find =
        new BsonDocument("find", new BsonString("oplog.rs"))
            .append("filter", new BsonDocument("ts", new BsonDocument("$gte", from.toTimestamp())))
            .append("tailable", BsonBoolean.TRUE)
            .append("awaitData", BsonBoolean.TRUE)
            .append("readConcern", new BsonDocument("level", new BsonString("majority")));
    return RawCursor.open(
        member.deployment(),
        "local",
        find,
        new BsonDocument("maxTimeMS", new BsonInt64(AWAIT_MS))
            .append("batchSize", new BsonInt32(Integer.MAX_VALUE)));
  }

  /**
   * Whether the cursor holds the entry where the copy begins or goes on; it does not while a member
   * is behind. On return it stands behind that entry, which is copied.
   */
  private boolean resumes(RawCursor cursor) throws IOException {
    BsonSlice first = cursor.next();
    if (first == null) {
      return false;
    }
    if (last == null ? !optime(first).equals(fetchStart) : !first.equals(last)) {
      throw new TidemarkException(
          RestorerError.SNAPSHOT_OPLOG_ROLLED_OVER,
          "The source's oplog no longer holds the entry "
              + (last == null ? fetchStart : optime(last))
              + " where the copy goes on",
          source.member().deployment().toString(),
          "Take the snapshot again; enlarge the oplog if this repeats");
    }
    if (last == null) {
      append(first);
    }
    return true;
  }

  private void append(BsonSlice entry) throws IOException {
    out.write(entry);
    sum.add(entry);
    last = entry;
  }

  private void copy(RawCursor cursor) throws IOException {
    while (!abandoned) {
      for (BsonSlice entry = cursor.nextInBatch(); entry != null; entry = cursor.nextInBatch()) {
        Optime optime = optime(entry);
        if (optime.isAfter(end)) {
          return;
        }
        append(entry);
      }
      if (reachedEnd() || !cursor.nextBatch()) {
        return;
      }
    }
  }

  private static Optime optime(BsonSlice entry) {
    return new Optime(entry.find("ts").timestamp());
  }
}
