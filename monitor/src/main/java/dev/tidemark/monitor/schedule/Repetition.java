package dev.tidemark.monitor.schedule;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does one thing again and again on a thread of its own. Thread-safe. */
public final class Repetition implements AutoCloseable {

  private final Runnable work;
  private final ScheduledExecutorService thread;

  /**
   * @param name of the thread
   * @param work must throw nothing: it would not be done again
   */
  public Repetition(String name, Runnable work) {
    this.work = work;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, name);
              daemon.setDaemon(true);
              return daemon;
            });
  }

  /**
   * Begins at once.
   *
   * @param pause from the end of one turn to the beginning of the next
   */
  public void start(Duration pause) {
    // Nobody asks for results: the work catches every failure itself.
    var unused = thread.scheduleWithFixedDelay(work, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
