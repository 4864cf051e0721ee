package dev.tidemark.archive.plan;

import dev.tidemark.archive.snapshot.SnapshotOplog;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.List;
import java.util.Optional;

/**
 * What a restore reads of one replica set.
 *
 * @param snapshot the set's part of the snapshot
 * @param cut the newest entry to apply: the last one that is not after the plan's optime
 * @param segments in chain, from fetch start to the cut
 * @param beyond the segments behind the cut, to see how prepared transactions ended
 * @param snapshotOplog the snapshot's own entries, if the segments do not reach back to its fetch
 *     start; then the segments continue behind END
 * @param tail what is read from Kafka behind the segments, if the cut lies there
 */
public record SetPlan(
    SnapshotSetManifest snapshot,
    Optime cut,
    List<SegmentIndexEntry> segments,
    List<SegmentIndexEntry> beyond,
    Optional<SnapshotOplog> snapshotOplog,
    Optional<OplogTail> tail) {

  public SetPlan {
    segments = List.copyOf(segments);
    beyond = List.copyOf(beyond);
  }

  /** Entries that will be read; a little too many at both ends. */
  public long entries() {
    return segments.stream().mapToLong(SegmentIndexEntry::getEntryCount).sum()
        + snapshotOplog.map(oplog -> oplog.digest().count()).orElse(0L)
        + tail.map(OplogTail::entries).orElse(0L);
  }

  /** Raw bytes of those entries. */
  public long entryBytes() {
    return segments.stream().mapToLong(SegmentIndexEntry::getEntryBytes).sum()
        + snapshotOplog.map(oplog -> oplog.digest().bytes()).orElse(0L)
        + tail.map(OplogTail::bytes).orElse(0L);
  }

  /** Bytes of the segments' objects. */
  public long objectBytes() {
    return segments.stream().mapToLong(SegmentIndexEntry::getObjectBytes).sum();
  }
}
