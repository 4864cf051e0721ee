package dev.tidemark.tailer.fault;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.error.TailerError;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one reader goes on after transient faults: with pauses, and not for ever if a bound is set.
 * Not thread-safe.
 */
public final class RetryPolicy {

  /** How a thread waits; it ends early when the thread is interrupted. */
  @FunctionalInterface
  public interface Pause {
    void await(Duration duration) throws InterruptedException;
  }

  private static final Logger log = LoggerFactory.getLogger(RetryPolicy.class);
  private static final long NONE = -1;

  private final Backoff backoff;
  private final Duration timeout;
  private final Time time;
  private final Pause pause;
  private long failingSince = NONE;
  private int failures;

  /**
   * @param timeout how long faults may last, or null for ever
   */
  public RetryPolicy(Backoff backoff, Duration timeout, Time time, Pause pause) {
    this.backoff = backoff;
    this.timeout = timeout;
    this.time = time;
    this.pause = pause;
  }

  /**
   * With the pauses that are configured, the system's clock and a thread that sleeps.
   *
   * @param timeout how long faults may last, or null for ever
   */
  public static RetryPolicy of(OplogSourceConfig config, Duration timeout) {
    return new RetryPolicy(
        new Backoff(config.retryBackoffMin(), config.retryBackoffMax(), new SplittableRandom()),
        timeout,
        Time.SYSTEM,
        pause -> Thread.sleep(pause.toMillis()));
  }

  /**
   * Asks until there is an answer, with pauses.
   *
   * @param where who is asked, for messages
   * @throws TidemarkException at once if asking again cannot help, and {@code
   *     TAILER_RETRIES_EXHAUSTED} if the faults lasted too long
   */
  public <T> T retried(String where, Supplier<T> question) throws InterruptedException {
    while (true) {
      try {
        T answer = question.get();
        succeeded();
        return answer;
      } catch (RuntimeException e) {
        TidemarkException fault = Faults.classify(e, where);
        if (Faults.isInterrupt(e) || !Faults.isRetriable(fault)) {
          throw fault == null ? e : fault;
        }
        pauseAfter(fault);
      }
    }
  }

  /**
   * Waits before the next try.
   *
   * @throws TidemarkException {@code TAILER_RETRIES_EXHAUSTED} if the faults lasted too long
   */
  public void pauseAfter(TidemarkException fault) throws InterruptedException {
    long now = time.hiResClockMs();
    if (failingSince == NONE) {
      failingSince = now;
    }
    failures++;
    if (timeout != null && now - failingSince >= timeout.toMillis()) {
      throw new TidemarkException(
          TailerError.TAILER_RETRIES_EXHAUSTED,
          "gave up after " + failures + " faults, the last: " + fault.reason(),
          fault.where(),
          fault.remedy(),
          fault);
    }
    Duration wait = backoff.next();
    if (Integer.bitCount(failures) == 1) {
      log.warn(
          "{} Fault {} in a row, next try in {} ms", fault.getMessage(), failures, wait.toMillis());
    }
    pause.await(wait);
  }

  /** Notes that it works. */
  public void succeeded() {
    if (failures > 0) {
      log.info("It works again after {} faults", failures);
      failures = 0;
      failingSince = NONE;
      backoff.reset();
    }
  }
}
