package dev.tidemark.restorer.snapshot;

import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for snapshots when they are due.
 *
 * <p>Every worker does, with an id that is made of the cluster and the time: they all post the same
 * request, which is carried out once. A snapshot that was due while no worker ran is not made up
 * for.
 */
public final class SnapshotScheduler implements Runnable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotScheduler.class);
  private static final long CHECK_MS = 1_000;

  private final Map<String, CronSchedule> schedules = new TreeMap<>();
  private final Map<String, Instant> due = new TreeMap<>();
  private final Consumer<SnapshotRequest> post;
  private final Time time;
  private volatile boolean closed;

  /**
   * @param post sends a request to its topic
   * @throws dev.tidemark.oplog.error.TidemarkException RESTORER_CONFIG_INVALID if an expression
   *     cannot be read
   */
  public SnapshotScheduler(RestorerConfig config, Consumer<SnapshotRequest> post, Time time) {
    TrustedRecords.trust();
    this.post = post;
    this.time = time;
    for (String cluster : config.aliases().clusters().keySet()) {
      schedules.put(
          cluster,
          new CronSchedule(
              config.snapshotSchedule(cluster),
              RestorerConfig.SNAPSHOT_SCHEDULE_CONFIG + "." + cluster));
    }
    schedules.keySet().forEach(cluster -> plan(cluster, now()));
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.milliseconds());
  }

  private void plan(String cluster, Instant after) {
    Optional<Instant> next = schedules.get(cluster).next(after);
    next.ifPresentOrElse(
        instant -> {
          due.put(cluster, instant);
          LOG.info("The next snapshot of {} is due at {}", cluster, instant);
        },
        () -> due.remove(cluster));
  }

  @Override
  public void run() {
    while (!closed) {
      postDue();
      time.sleep(CHECK_MS);
    }
  }

  /** Asks for what is due by now. */
  void postDue() {
    Instant now = now();
    for (Map.Entry<String, Instant> entry : Map.copyOf(due).entrySet()) {
      if (!entry.getValue().isAfter(now)) {
        String cluster = entry.getKey();
        try {
          post.accept(request(cluster, entry.getValue()));
        } catch (RuntimeException e) {
          LOG.error("The snapshot of {} that is due could not be asked for", cluster, e);
        }
        plan(cluster, now);
      }
    }
  }

  private static SnapshotRequest request(String cluster, Instant dueAt) {
    return SnapshotRequest.newBuilder()
        .setRequestId("scheduled-" + cluster + "-" + dueAt)
        .setCluster(cluster)
        .setRequestedAt(dueAt)
        .build();
  }

  @Override
  public void close() {
    closed = true;
  }
}
