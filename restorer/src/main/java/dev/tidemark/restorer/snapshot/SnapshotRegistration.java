package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.HistoryBuilder;
import dev.tidemark.archive.plan.OplogHistory;
import dev.tidemark.archive.plan.OplogRange;
import dev.tidemark.archive.segment.EventCursor;
import dev.tidemark.archive.segment.SegmentSequence;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.TransactionAssembler;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.event.OplogEventView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;

/**
 * Makes a base known that lies outside the archive, such as a snapshot of a member's disk: a
 * manifest that names the place, the replica set and the newest entry that the base holds.
 */
public final class SnapshotRegistration {

  /**
   * How far before the base's moment transactions are looked for that were open at it. Servers end
   * them after a minute, unless they are told otherwise.
   */
  private static final Duration LONGEST_TRANSACTION = Duration.ofHours(1);

  private final ArchiveIndex index;
  private final Time time;

  public SnapshotRegistration(ArchiveIndex index, Time time) {
    this.index = index;
    this.time = time;
  }

  /**
   * Registers a base.
   *
   * @param location where it lies, in the operator's words
   * @param setName its replica set, by name or id; may be empty if the archive holds one set only
   * @param moment the newest entry that it holds
   * @return its manifest, which is stored
   * @throws TidemarkException SNAPSHOT_REGISTER_FAILED if the archive does not hold that entry, or
   *     the set is not clear
   */
  public SnapshotManifest register(
      String snapshotId, String location, Optional<String> setName, Optime moment) {
    Instant now = Instant.ofEpochMilli(time.milliseconds());
    ReplicaSetRef set = set(setName);
    Optime fetchStart = fetchStart(set, moment);
    SnapshotManifest manifest =
        new SnapshotManifest(
            snapshotId,
            index.keys().cluster(),
            SnapshotKind.REGISTERED,
            now,
            now,
            List.of(
                new SnapshotSetManifest(
                    set, "", "", "", fetchStart, moment, moment, List.of(), Optional.empty())),
            Optional.of(location));
    new SnapshotCatalogue(index.store(), index.keys()).complete(manifest);
    return manifest;
  }

  private ReplicaSetRef set(Optional<String> name) {
    List<ReplicaSetRef> named =
        index.sets().stream()
            .filter(
                set -> name.map(n -> set.name().equals(n) || set.setId().equals(n)).orElse(true))
            .toList();
    if (named.size() != 1) {
      throw failed(
          named.isEmpty() ? "the archive holds no such replica set" : "several sets are meant",
          "Name one of them: " + index.sets());
    }
    return named.get(0);
  }

  /** The oldest entry of a transaction that was open at the moment, or the moment. */
  private Optime fetchStart(ReplicaSetRef set, Optime moment) {
    OplogHistory history = HistoryBuilder.build(index.load(set));
    OplogRange range =
        history
            .covering(moment, moment)
            .orElseThrow(
                () ->
                    failed(
                        "the entry " + moment + " of " + set + " is not in the archive",
                        "Wait until the archiver has stored it; tidemark list shows how far it is"));
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
    Optime last = Optime.ZERO;
    try (EventCursor events = new SegmentSequence(index.store(), segments).open(from, moment)) {
      for (OplogEventView event = events.next(); event != null; event = events.next()) {
        OplogEntry entry = OplogEntry.read(slice(event.entry()));
        // Nothing takes effect: only what is left open matters.
        transactions.accept(entry, (operation, effective) -> {});
        last = entry.optime();
      }
    }
    if (!last.equals(moment)) {
      throw failed(
          "no entry of " + set + " has the optime " + moment + "; the last one before is " + last,
          "Give the ts of the newest entry in the base's local.oplog.rs");
    }
    return transactions.oldestOpen().orElse(moment);
  }

  private static BsonSlice slice(ByteBuffer entry) {
    byte[] bytes = new byte[entry.remaining()];
    entry.duplicate().get(bytes);
    return BsonSlice.of(bytes);
  }

  private TidemarkException failed(String reason, String remedy) {
    return new TidemarkException(
        RestorerError.SNAPSHOT_REGISTER_FAILED,
        reason,
        index.store().location() + ", cluster " + index.keys().cluster(),
        remedy);
  }
}
