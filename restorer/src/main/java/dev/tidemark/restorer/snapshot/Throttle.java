package dev.tidemark.restorer.snapshot;

import org.apache.kafka.common.utils.Time;

/**
 * Holds readers back so that together they stay under a number of bytes a second. Thread-safe.
 *
 * <p>A reader pays after the fact: it waits as long as what it read would have taken.
 */
final class Throttle {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final double bytesPerSecond;
  private final Time time;
  private long paidUntil;

  /**
   * @param bytesPerSecond the bound; 0 or less for none
   */
  Throttle(double bytesPerSecond, Time time) {
    this.bytesPerSecond = bytesPerSecond;
    this.time = time;
    this.paidUntil = time.nanoseconds();
  }

  /** Waits until these bytes fit under the bound. */
  void pay(long bytes) {
    if (bytesPerSecond <= 0) {
      return;
    }
    long waitNanos;
    synchronized (this) {
      long now = time.nanoseconds();
      // What was not used is not saved up: the source should never see more than the bound.
      paidUntil = Math.max(paidUntil, now) + (long) (bytes / bytesPerSecond * NANOS_PER_SECOND);
      waitNanos = paidUntil - now;
    }
    if (waitNanos > 0) {
      time.sleep(waitNanos / 1_000_000);
    }
  }
}
