package dev.tidemark.restorer.lease;

import java.time.Duration;

/**
 * How long leases last.
 *
 * @param duration from a renewal to the expiry
 * @param patience how long a taker waits for a target that somebody else holds
 */
public record LeaseTerms(Duration duration, Duration patience) {

  /** Renewed often enough that two renewals may fail. */
  Duration renewEvery() {
    return duration.dividedBy(3);
  }

  /**
   * What the holder counts on. Shorter than what a taker waits, so that a write that was sent at
   * the last moment is over before anybody else begins.
   */
  Duration usable() {
    return duration.multipliedBy(3).dividedBy(4);
  }
}
