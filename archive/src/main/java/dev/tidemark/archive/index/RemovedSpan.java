package dev.tidemark.archive.index;

import dev.tidemark.schemas.archive.SegmentIndexEntry;

/**
 * Neighbouring segments that were removed on purpose.
 *
 * @param prevTs optime of the entry before the first removed one
 * @param firstTs optime of the first removed entry
 * @param lastTs optime of the last removed entry
 */
public record RemovedSpan(long prevTs, long firstTs, long lastTs) {

  static RemovedSpan of(SegmentIndexEntry entry) {
    return new RemovedSpan(entry.getPrevTs(), entry.getFirstTs(), entry.getLastTs());
  }
}
