package dev.tidemark.cli.demo.captured;

import dev.tidemark.schemas.event.OplogEventView;
import java.util.function.ToLongFunction;

/**
 * When each entry of a recorded oplog was due at the source: their own wall clocks tell of another
 * day. Asked about every entry once, in order. Not thread-safe, except for {@link #begin}.
 */
public final class FeedSchedule implements ToLongFunction<OplogEventView> {

  private static final long UNKNOWN = -1;

  private final double entriesPerSecond;
  private volatile long begunAt = UNKNOWN;
  private long asked;

  public FeedSchedule(double entriesPerSecond) {
    this.entriesPerSecond = entriesPerSecond;
  }

  /** The feed begins now; one entry was there before. */
  public void begin(long now) {
    begunAt = now;
  }

  @Override
  public long applyAsLong(OplogEventView entry) {
    long number = asked++;
    long begun = begunAt;
    return number == 0 || begun == UNKNOWN
        ? UNKNOWN
        : begun + (long) (number * 1000 / entriesPerSecond);
  }
}
