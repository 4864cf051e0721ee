package dev.tidemark.restorer.snapshot;

import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.schedule.CronSchedule;
import dev.tidemark.restorer.schedule.RequestScheduler;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;

/** When snapshots of the configured clusters are due. */
public final class SnapshotSchedule {

  private SnapshotSchedule() {}

  /**
   * What asks for snapshots of all clusters in the configuration.
   *
   * @param post sends a request to its topic
   * @throws dev.tidemark.oplog.error.TidemarkException RESTORER_CONFIG_INVALID if an expression
   *     cannot be read
   */
  public static RequestScheduler<SnapshotRequest> of(
      RestorerConfig config, Consumer<SnapshotRequest> post, Time time) {
    TrustedRecords.trust();
    Map<String, CronSchedule> schedules = new TreeMap<>();
    for (String cluster : config.aliases().clusters().keySet()) {
      schedules.put(
          cluster,
          new CronSchedule(
              config.snapshotSchedule(cluster),
              RestorerConfig.SNAPSHOT_SCHEDULE_CONFIG + "." + cluster));
    }
    return new RequestScheduler<>("snapshot", schedules, SnapshotSchedule::request, post, time);
  }

  private static SnapshotRequest request(String cluster, Instant dueAt) {
    return SnapshotRequest.newBuilder()
        .setRequestId("scheduled-" + cluster + "-" + dueAt)
        .setCluster(cluster)
        .setRequestedAt(dueAt)
        .build();
  }
}
