package dev.tidemark.tailer.stack;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;

/** A clock that moves only when it is told to. */
public final class SteppedTime implements Time {

  private long millis = 1_705_654_321_000L;

  @Override
  public long milliseconds() {
    return millis;
  }

  @Override
  public long hiResClockMs() {
    return millis;
  }

  @Override
  public long nanoseconds() {
    return millis * 1_000_000;
  }

  @Override
  public void sleep(long ms) {
    millis += ms;
  }

  @Override
  public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) {
    throw new UnsupportedOperationException("not used in these tests");
  }

  @Override
  public Timer timer(long timeoutMs) {
    throw new UnsupportedOperationException("not used in these tests");
  }
}
