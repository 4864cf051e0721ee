package dev.tidemark.archiver.cut;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.segment.SegmentOrigin;
import dev.tidemark.archive.segment.SegmentWriter;
import dev.tidemark.schemas.archive.OplogMarker;
import dev.tidemark.schemas.event.EncodedEvent;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens segments of one partition in the spool directory.
 *
 * @param keys the archive's keys
 * @param spool the directory; it exists
 * @param format how segments are written
 * @param topicId of the topic that is read
 * @param partition that is read
 * @param names makes file names that no other segment of this process has
 */
public record SegmentOpener(
    ObjectKeys keys,
    Path spool,
    SegmentFormat format,
    String topicId,
    int partition,
    AtomicLong names) {

  /**
   * Opens the segment that begins with an entry; the entry itself is not appended yet.
   *
   * @param firstOffset of the entry, or of the marker before it
   * @param previous the entry before it in the chain
   * @param startsWith the marker before it, or null
   */
  OpenSegment open(
      ReplicaSetRef set,
      EncodedEvent first,
      long firstOffset,
      ChainPosition previous,
      OplogMarker startsWith) {
    SegmentOrigin origin =
        new SegmentOrigin(keys, set, previous, startsWith, topicId, partition, firstOffset);
    Path file = spool.resolve("%d-%d.segment".formatted(partition, names.incrementAndGet()));
    return new OpenSegment(SegmentWriter.open(file, origin, first.writerSchema(), format), first);
  }
}
