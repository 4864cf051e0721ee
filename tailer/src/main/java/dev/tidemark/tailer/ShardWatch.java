package dev.tidemark.tailer;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.fault.Faults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks mongos from time to time whether shards were added or removed. */
final class ShardWatch implements AutoCloseable {

  /** Whom the answers concern. */
  interface Listener {

    /**
     * Takes all sets when they are others than before.
     *
     * @throws TidemarkException if they cannot be captured; they are offered again at the next time
     */
    void changed(List<TaskAssignment> found);

    /** Hears of what stays wrong until an operator does something; once, until it is another. */
    void failed(TidemarkException failure);
  }

  private static final Logger log = LoggerFactory.getLogger(ShardWatch.class);

  private final Supplier<List<TaskAssignment>> discovery;
  private final Listener listener;
  private final ScheduledExecutorService scheduler;
  private final ScheduledFuture<?> asking;
  private List<String> known;
  private String reported = "";

  /**
   * @param assignments the sets that are captured already
   */
  ShardWatch(
      Supplier<List<TaskAssignment>> discovery,
      Duration interval,
      List<TaskAssignment> assignments,
      Listener listener) {
    this.discovery = discovery;
    this.listener = listener;
    this.known = ids(assignments);
    this.scheduler =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "tidemark-shard-watch");
              thread.setDaemon(true);
              return thread;
            });
    this.asking =
        scheduler.scheduleWithFixedDelay(
            this::ask, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks once; called by the watch's own thread only. */
  void ask() {
    try {
      List<TaskAssignment> found = discovery.get();
      if (!ids(found).equals(known)) {
        log.info("The replica sets of the cluster changed from {} to {}", known, ids(found));
        listener.changed(found);
        known = ids(found);
      }
      reported = "";
    } catch (RuntimeException e) {
      report(e);
    }
  }

  private void report(RuntimeException failure) {
    TidemarkException known = Faults.classify(failure, "mongos");
    if (known == null || Faults.isRetriable(known) || Faults.isInterrupt(failure)) {
      log.warn("The cluster's shards cannot be listed now; asking again later", failure);
    } else if (!known.getMessage().equals(reported)) {
      reported = known.getMessage();
      listener.failed(known);
    }
  }

  /** Members come and go without a change of tasks: the driver follows them. */
  private static List<String> ids(List<TaskAssignment> assignments) {
    return assignments.stream().map(TaskAssignment::setId).toList();
  }

  @Override
  public void close() {
    asking.cancel(true);
    scheduler.shutdownNow();
  }
}
