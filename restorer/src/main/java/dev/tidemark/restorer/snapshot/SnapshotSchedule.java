package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.schedule.CronSchedule;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.schedule.RequestScheduler;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.request.SnapshotRequestKind;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.utils.Time;

/** When snapshots of the configured clusters are due. */
public final class SnapshotSchedule {

  private SnapshotSchedule() {}

  /**
   * What asks for full snapshots of all clusters in the configuration.
   *
   * @param post sends a request to its topic
   * @throws dev.tidemark.oplog.error.TidemarkException RESTORER_CONFIG_INVALID if an expression
   *     cannot be read
   */
  public static RequestScheduler<SnapshotRequest> of(
      RestorerConfig config, Consumer<SnapshotRequest> post, Time time) {
    return scheduler(
        "snapshot",
        schedules(config, config::snapshotSchedule, RestorerConfig.SNAPSHOT_SCHEDULE_CONFIG),
        (cluster, dueAt) -> request("scheduled-", cluster, dueAt, SnapshotRequestKind.FULL),
        post,
        time);
  }

  /** What asks for synthetic ones, likewise. */
  public static RequestScheduler<SnapshotRequest> ofSynthetic(
      RestorerConfig config, Consumer<SnapshotRequest> post, Time time) {
    return scheduler(
        "synthetic snapshot",
        schedules(config, config::syntheticSchedule, RestorerConfig.SYNTHETIC_SCHEDULE_CONFIG),
        (cluster, dueAt) ->
            request("scheduled-synthetic-", cluster, dueAt, SnapshotRequestKind.SYNTHETIC),
        post,
        time);
  }

  private static RequestScheduler<SnapshotRequest> scheduler(
      String what,
      Map<String, CronSchedule> schedules,
      BiFunction<String, Instant, SnapshotRequest> request,
      Consumer<SnapshotRequest> post,
      Time time) {
    TrustedRecords.trust();
    return new RequestScheduler<>(what, schedules, request, post, time);
  }

  private static Map<String, CronSchedule> schedules(
      RestorerConfig config, UnaryOperator<String> expression, String setting) {
    Map<String, CronSchedule> schedules = new TreeMap<>();
    for (String cluster : config.aliases().clusters().keySet()) {
      schedules.put(
          cluster,
          new CronSchedule(
              expression.apply(cluster),
              setting + "." + cluster,
              RestorerError.RESTORER_CONFIG_INVALID));
    }
    return schedules;
  }

  private static SnapshotRequest request(
      String prefix, String cluster, Instant dueAt, SnapshotRequestKind kind) {
    return SnapshotRequest.newBuilder()
        .setRequestId(prefix + cluster + "-" + dueAt)
        .setCluster(cluster)
        .setKind(kind)
        .setRequestedAt(dueAt)
        .build();
  }
}
