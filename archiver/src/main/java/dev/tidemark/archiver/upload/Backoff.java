package dev.tidemark.archiver.upload;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: doubling up to a bound, with jitter, so that many
 * segments do not come back at one moment.
 *
 * @param firstMillis before the second attempt
 * @param maxMillis the longest wait
 */
public record Backoff(long firstMillis, long maxMillis) {

  /** The wait after a number of failed attempts, at least 1. */
  public long millisAfter(int failures) {
    int doublings = Math.min(failures - 1, 30);
    long bound = Math.min(maxMillis, firstMillis << doublings);
    return bound / 2 + ThreadLocalRandom.current().nextLong(bound / 2 + 1);
  }
}
