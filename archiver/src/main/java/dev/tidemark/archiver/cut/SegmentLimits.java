package dev.tidemark.archiver.cut;

import java.time.Duration;

/**
 * When segments end. Together with the topic's content it decides every boundary; no clock of the
 * archiver does, so that a second archiver, or the same one after a restart, cuts alike.
 *
 * @param window between the observation of a segment's first entry and of the event that ends it
 * @param maxBytes sum of the raw entries' sizes
 */
public record SegmentLimits(Duration window, long maxBytes) {

  /** Whether an event observed at {@code observed} ends a segment that began at {@code anchor}. */
  boolean isOver(long anchor, long observed) {
    return Math.abs(observed - anchor) >= window.toMillis();
  }
}
