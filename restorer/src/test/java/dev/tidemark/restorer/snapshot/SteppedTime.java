package dev.tidemark.restorer.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;

/** A clock that stands still until it is stepped; sleeping steps it. */
final class SteppedTime implements Time {

  private long nanos;
  private long millis;

  SteppedTime(Instant start) {
    millis = start.toEpochMilli();
  }

  void step(Duration duration) {
    nanos += duration.toNanos();
    millis += duration.toMillis();
  }

  @Override
  public long milliseconds() {
    return millis;
  }

  @Override
  public long nanoseconds() {
    return nanos;
  }

  @Override
  public long hiResClockMs() {
    return nanos / 1_000_000;
  }

  @Override
  public void sleep(long ms) {
    step(Duration.ofMillis(ms));
  }

  @Override
  public void waitObject(Object monitor, Supplier<Boolean> condition, long deadlineMs) {
    throw new UnsupportedOperationException("nothing waits on a stepped clock");
  }

  @Override
  public Timer timer(long timeoutMs) {
    throw new UnsupportedOperationException("nothing times on a stepped clock");
  }
}
