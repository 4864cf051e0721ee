package dev.tidemark.tailer;

import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.member.Discovery;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks mongos from time to time whether shards were added or removed. */
final class ShardWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ShardWatch.class);

  private final OplogSourceConfig config;
  private final Consumer<List<TaskAssignment>> onChange;
  private final ScheduledExecutorService scheduler;
  private final ScheduledFuture<?> asking;
  private List<String> known;

  /**
   * @param onChange called with all sets when they are others than before
   */
  ShardWatch(
      OplogSourceConfig config,
      List<TaskAssignment> assignments,
      Consumer<List<TaskAssignment>> onChange) {
    this.config = config;
    this.onChange = onChange;
    this.known = ids(assignments);
    this.scheduler =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "tidemark-shard-watch");
              thread.setDaemon(true);
              return thread;
            });
    long interval = config.shardDiscoveryInterval().toMillis();
    this.asking =
        scheduler.scheduleWithFixedDelay(this::ask, interval, interval, TimeUnit.MILLISECONDS);
  }

  private void ask() {
    try {
      List<TaskAssignment> found = Discovery.discover(config);
      if (!ids(found).equals(known)) {
        log.info("The replica sets of the cluster changed from {} to {}", known, ids(found));
        known = ids(found);
        onChange.accept(found);
      }
    } catch (RuntimeException e) {
      log.warn("The cluster's shards cannot be listed now; asking again later", e);
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
