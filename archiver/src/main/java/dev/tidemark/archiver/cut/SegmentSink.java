package dev.tidemark.archiver.cut;

import dev.tidemark.archive.segment.FinishedSegment;

/** Takes segments that are complete, in the order of each set's chain. */
@FunctionalInterface
public interface SegmentSink {

  /**
   * Takes over a segment and the file it is spooled in. Does not wait for the object store.
   *
   * @param holder holds the partition's frontier until the segment is published
   */
  void accept(FinishedSegment segment, Object holder);
}
