package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.HistoryBuilder;
import dev.tidemark.archive.plan.OplogHistory;
import dev.tidemark.archive.plan.OplogRange;
import dev.tidemark.archive.segment.EventCursor;
import dev.tidemark.archive.segment.SegmentSequence;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.TransactionAssembler;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * What the archive holds of a moment that a base shows.
 *
 * @param entry the raw entry of that optime
 * @param fetchStart the oldest entry of a transaction that was open then, or the moment itself
 */
public record ArchivedMoment(BsonSlice entry, Optime fetchStart) {

  /**
   * How far before the moment transactions are looked for that were open at it. Servers end them
   * after a minute, unless they are told otherwise.
   */
  private static final Duration LONGEST_TRANSACTION = Duration.ofHours(1);

  /**
   * Looks it up.
   *
   * @param code of the failure if the archive holds no entry of that optime
   */
  public static ArchivedMoment of(
      ArchiveIndex index, ReplicaSetRef set, Optime moment, RestorerError code) {
    String where = index.store().location() + ", cluster " + index.keys().cluster();
    OplogHistory history = HistoryBuilder.build(index.load(set));
    OplogRange range =
        history
            .covering(moment, moment)
            .orElseThrow(
                () ->
                    new TidemarkException(
                        code,
                        "the entry " + moment + " of " + set + " is not in the archive",
                        where,
                        "Wait until the archiver has stored it; tidemark list shows how far it"
                            + " is"));
    Optime from = Optime.of(Math.max(0, moment.seconds() - LONGEST_TRANSACTION.toSeconds()), 0);
    List<SegmentIndexEntry> segments =
        range.segments().stream()
            .filter(
                segment ->
                    !new Optime(segment.getLastTs()).isBefore(from)
                        && !new Optime(segment.getFirstTs()).isAfter(moment))
            .toList();
    TransactionAssembler transactions =
        new TransactionAssembler(ApplyWindow.ofReplicaSet(Optime.MAX, Optime.MAX));
    OplogEntry last = null;
    try (EventCursor events = new SegmentSequence(index.store(), segments).open(from, moment)) {
      for (OplogEventView event = events.next(); event != null; event = events.next()) {
        last = OplogEntry.read(slice(event.entry()));
        // Nothing takes effect: only what is left open matters.
        transactions.accept(last, (operation, effective) -> {});
      }
    }
    if (last == null || !last.optime().equals(moment)) {
      throw new TidemarkException(
          code,
          "no entry of "
              + set
              + " has the optime "
              + moment
              + (last == null ? "" : "; the last one before is " + last.optime()),
          where,
          "A base shows the moment of the newest entry in its local.oplog.rs (its ts), which has to"
              + " be an entry of this replica set");
    }
    return new ArchivedMoment(last.raw(), transactions.oldestOpen().orElse(moment));
  }

  private static BsonSlice slice(ByteBuffer entry) {
    byte[] bytes = new byte[entry.remaining()];
    entry.duplicate().get(bytes);
    return BsonSlice.of(bytes);
  }
}
