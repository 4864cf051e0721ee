package dev.tidemark.restorer.drill;

import dev.tidemark.archive.schedule.CronSchedule;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.DrillSettings;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.schedule.RequestScheduler;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;

/** When drills of the configured clusters are due. */
public final class DrillSchedule {

  private DrillSchedule() {}

  /**
   * What asks for drills of all clusters whose drills have a target.
   *
   * @param post sends a request to its topic
   * @throws dev.tidemark.oplog.error.TidemarkException RESTORER_CONFIG_INVALID if an expression
   *     cannot be read
   */
  public static RequestScheduler<DrillRequest> of(
      RestorerConfig config, Consumer<DrillRequest> post, Time time) {
    TrustedRecords.trust();
    Map<String, DrillSettings.Scheduled> drills = config.drills().scheduled();
    Map<String, CronSchedule> schedules = new TreeMap<>();
    drills.forEach(
        (cluster, drill) ->
            schedules.put(
                cluster,
                new CronSchedule(
                    drill.schedule(), drill.setting(), RestorerError.RESTORER_CONFIG_INVALID)));
    return new RequestScheduler<>(
        "drill",
        schedules,
        (cluster, dueAt) ->
            DrillRequest.newBuilder()
                .setRequestId("drill-" + cluster + "-" + dueAt)
                .setCluster(cluster)
                .setTarget(drills.get(cluster).target())
                .setMode(drills.get(cluster).mode())
                .setRequestedAt(dueAt)
                .build(),
        post,
        time);
  }
}
