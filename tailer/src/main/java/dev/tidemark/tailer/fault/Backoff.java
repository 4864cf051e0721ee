package dev.tidemark.tailer.fault;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between tries: doubling up to a bound, each shortened by up to a half at random, so that
 * many tasks that lost the same server do not come back at once. Not thread-safe.
 */
public final class Backoff {

  private final long minMillis;
  private final long maxMillis;
  private final RandomGenerator random;
  private long nextMillis;

  public Backoff(Duration min, Duration max, RandomGenerator random) {
    this.minMillis = min.toMillis();
    this.maxMillis = Math.max(max.toMillis(), minMillis);
    this.random = random;
    this.nextMillis = minMillis;
  }

  /** The pause before the next try. */
  public Duration next() {
    long pause = nextMillis - random.nextLong(nextMillis / 2 + 1);
    nextMillis = Math.min(maxMillis, nextMillis * 2);
    return Duration.ofMillis(pause);
  }

  /** Begins anew after a success. */
  public void reset() {
    nextMillis = minMillis;
  }
}
