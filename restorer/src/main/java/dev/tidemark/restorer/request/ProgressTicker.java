package dev.tidemark.restorer.request;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the progress of a job at regular intervals until it is closed. */
public final class ProgressTicker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressTicker.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration LAST_TICK = Duration.ofSeconds(10);

  private final ScheduledExecutorService thread;

  /**
   * @param publish publishes the state of the job; a failure of it does not end the job
   */
  public ProgressTicker(Runnable publish) {
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread ticker = new Thread(task, "progress");
              ticker.setDaemon(true);
              return ticker;
            });
    var unused =
        thread.scheduleWithFixedDelay(
            () -> tick(publish), INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void tick(Runnable publish) {
    try {
      publish.run();
    } catch (RuntimeException e) {
      LOG.warn("Progress could not be published: {}", e.getMessage());
    }
  }

  /** Ends it; returns when no tick is under way, so that nothing is published late. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(LAST_TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("A progress message is still under way after {}", LAST_TICK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
