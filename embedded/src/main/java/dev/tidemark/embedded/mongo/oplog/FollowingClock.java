package dev.tidemark.embedded.mongo.oplog;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock of a member that serves entries written long ago: it stands at the newest entry's time
 * plus what has passed since that entry was appended, so that the member does not look as if it
 * lagged. Thread-safe.
 */
public final class FollowingClock implements InstantSource {

  private final InstantSource real;
  private volatile long offsetMillis;

  public FollowingClock(InstantSource real, long startMillis) {
    this.real = real;
    this.offsetMillis = startMillis - real.millis();
  }

  /** It is now that time, or a little later if it already was. */
  public void follow(long wallMillis) {
    offsetMillis = wallMillis - real.millis();
  }

  @Override
  public Instant instant() {
    return real.instant().plusMillis(offsetMillis);
  }
}
