package dev.tidemark.archiver.retention;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.retention.RetentionTurn;
import dev.tidemark.archive.retention.RetentionTurns;
import dev.tidemark.archive.schedule.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs retention when it is due, on a thread of its own. Every archiver of the cluster has one; the
 * turn in the archive decides which of them does it. What was due while no archiver ran is not made
 * up for: the next run deletes it as well.
 */
public final class RetentionSchedule implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);
  private static final long CHECK_MILLIS = 1_000;
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final CronSchedule schedule;
  private final RetentionTurns turns;
  private final LongSupplier run;
  private final String name;
  private final RetentionWatch watch;
  private final InstantSource clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::work, "tidemark-retention");
  private Optional<Instant> due;
  private Instant notBefore = Instant.MIN;

  /**
   * @param run does it, and answers how many bytes were deleted
   * @param name who asks for the turn; different for every process
   */
  public RetentionSchedule(
      CronSchedule schedule,
      RetentionTurns turns,
      LongSupplier run,
      String name,
      RetentionWatch watch,
      InstantSource clock) {
    this.schedule = schedule;
    this.turns = turns;
    this.run = run;
    this.name = name;
    this.watch = watch;
    this.clock = clock;
    this.due = schedule.next(clock.instant());
    thread.setDaemon(true);
  }

  /** Begins to wait for the first time. */
  public void start() {
    due.ifPresent(at -> LOG.info("Retention is due at {}", at));
    thread.start();
  }

  private void work() {
    try {
      while (!closed.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
        runDue();
      }
    } catch (InterruptedException e) {
      LOG.debug("Retention is left to the next time", e);
    }
  }

  /** Does what is due by now, if anything is. */
  void runDue() {
    Instant now = clock.instant();
    if (due.isEmpty() || due.get().isAfter(now) || notBefore.isAfter(now)) {
      return;
    }
    try {
      Optional<RetentionTurn> turn = turns.take(due.get(), name);
      if (turn.isPresent()) {
        long deleted = run.getAsLong();
        turns.finish(turn.get());
        watch.retained(deleted);
        LOG.info("Retention is done, {} bytes were deleted", deleted);
      } else {
        LOG.info("Retention of {} is another archiver's", due.get());
      }
      planAfter(now);
    } catch (ArchiveException e) {
      watch.retentionFailed();
      if (e.isRetriable()) {
        notBefore = now.plus(RETRY);
        LOG.warn("Retention waits for the archive, until {}", notBefore, e);
      } else {
        LOG.error("Retention failed; nothing that is kept is affected", e);
        planAfter(now);
      }
    } catch (RuntimeException e) {
      watch.retentionFailed();
      LOG.error("Retention failed; nothing that is kept is affected", e);
      planAfter(now);
    }
  }

  private void planAfter(Instant now) {
    due = schedule.next(now);
    due.ifPresent(at -> LOG.info("Retention is due at {}", at));
  }

  /** Stops; a run under way is left where it is, which does no harm. */
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
