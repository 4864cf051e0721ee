package dev.tidemark.archive.segment;

import dev.tidemark.schemas.archive.BlockIndex;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * Gathers what an index entry says about the entries of a segment, while they are written or while
 * they are read again to verify it. Not thread-safe.
 */
final class SegmentFacts {

  static {
    TrustedRecords.trust();
  }

  private final ContentHash hash = new ContentHash();
  private final NamespaceTally namespaces = new NamespaceTally();
  private long firstTs;
  private long firstTerm;
  private long lastTs;
  private long lastTerm;
  private long minWall = Long.MAX_VALUE;
  private long maxWall = Long.MIN_VALUE;
  private long count;
  private long bytes;

  void add(OplogEventView event) {
    if (count == 0) {
      firstTs = event.ts();
      firstTerm = event.term();
    }
    lastTs = event.ts();
    lastTerm = event.term();
    if (event.wall() != OplogEventView.NO_WALL) {
      minWall = Math.min(minWall, event.wall());
      maxWall = Math.max(maxWall, event.wall());
    }
    ByteBuffer entry = event.entry();
    hash.add(event.ts(), entry);
    bytes += entry.remaining();
    namespaces.add(event.ns(), event.op());
    count++;
  }

  long count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  long lastTs() {
    return lastTs;
  }

  /** The index entry, its sizes and offsets still open; ends the use of this object. */
  SegmentIndexEntry.Builder toEntry(SegmentOrigin origin, String objectKey) {
    NamespaceTally.Counts counts = namespaces.counts();
    return SegmentIndexEntry.newBuilder()
        .setFormatVersion(SegmentHeader.FORMAT_VERSION)
        .setCluster(origin.keys().cluster())
        .setSetId(origin.set().setId())
        .setSource(origin.set().name())
        .setObjectKey(objectKey)
        .setFirstTs(firstTs)
        .setFirstTerm(firstTerm)
        .setLastTs(lastTs)
        .setLastTerm(lastTerm)
        .setPrevTs(origin.previous().ts())
        .setPrevTerm(origin.previous().term())
        .setStartsWith(origin.startsWith())
        .setMinWall(maxWall == Long.MIN_VALUE ? null : Instant.ofEpochMilli(minWall))
        .setMaxWall(maxWall == Long.MIN_VALUE ? null : Instant.ofEpochMilli(maxWall))
        .setEntryCount(count)
        .setEntryBytes(bytes)
        .setObjectBytes(0)
        .setContentSha256(ByteBuffer.wrap(hash.finish()))
        .setTopicId(origin.topicId())
        .setPartition(origin.partition())
        .setFirstOffset(origin.firstOffset())
        .setNextOffset(-1)
        .setBlocks(List.<BlockIndex>of())
        .setNamespaces(counts.named())
        .setOtherNamespaces(counts.others());
  }
}
