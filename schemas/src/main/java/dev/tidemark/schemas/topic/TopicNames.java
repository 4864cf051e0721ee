package dev.tidemark.schemas.topic;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The names of the topics on which the parts of Tidemark meet, each configurable as {@code
 * topics.<default name>}. Immutable.
 *
 * @param oplogBackup namespace to {@code OplogEvent}; one partition per replica set
 * @param oplogSegments replica set and first optime to {@code SegmentIndexEntry}; compacted
 * @param snapshots snapshot id to {@code SnapshotSummary}; compacted
 * @param snapshotRequests cluster to {@code SnapshotRequest}
 * @param snapshotStatus request id to {@code SnapshotStatus}; compacted
 * @param restoreRequests target to {@code RestoreRequest}
 * @param restoreStatus request id to {@code RestoreStatus}; compacted
 * @param drillRequests cluster to {@code DrillRequest}
 * @param drillStatus request id to {@code DrillStatus}; compacted
 * @param backupAlerts source to {@code Alert}
 * @param topologyEvents replica set to {@code TopologyEvent}
 * @param drillResults cluster to {@code DrillResult}
 */
public record TopicNames(
    String oplogBackup,
    String oplogSegments,
    String snapshots,
    String snapshotRequests,
    String snapshotStatus,
    String restoreRequests,
    String restoreStatus,
    String drillRequests,
    String drillStatus,
    String backupAlerts,
    String topologyEvents,
    String drillResults) {

  /** The names that are used unless something else is configured. */
  public static final TopicNames DEFAULT =
      new TopicNames(
          "oplog-backup",
          "oplog-segments",
          "snapshots",
          "snapshot-requests",
          "snapshot-status",
          "restore-requests",
          "restore-status",
          "drill-requests",
          "drill-status",
          "backup-alerts",
          "topology-events",
          "drill-results");

  private static final String GROUP = "Topics";
  private static final String PREFIX = "topics.";

  /** Adds the keys of all names to a component's definition. */
  public static ConfigDef define(ConfigDef definition) {
    define(definition, DEFAULT.oplogBackup, "Oplog entries, one partition per replica set.");
    define(definition, DEFAULT.oplogSegments, "Index entries of archived segments; compacted.");
    define(definition, DEFAULT.snapshots, "Summaries of the snapshots taken; compacted.");
    define(definition, DEFAULT.snapshotRequests, "Requests for snapshots.");
    define(
        definition, DEFAULT.snapshotStatus, "Latest status of each snapshot request; compacted.");
    define(definition, DEFAULT.restoreRequests, "Requests for restores.");
    define(definition, DEFAULT.restoreStatus, "Latest status of each restore request; compacted.");
    define(definition, DEFAULT.drillRequests, "Requests for disaster recovery drills.");
    define(definition, DEFAULT.drillStatus, "Latest status of each drill request; compacted.");
    define(definition, DEFAULT.backupAlerts, "Alerts raised and resolved.");
    define(definition, DEFAULT.topologyEvents, "Steps of failovers.");
    define(definition, DEFAULT.drillResults, "Outcomes of disaster recovery drills.");
    return definition;
  }

  private static void define(ConfigDef definition, String name, String documentation) {
    definition.define(
        PREFIX + name,
        Type.STRING,
        name,
        new NonEmptyString(),
        Importance.LOW,
        documentation,
        GROUP,
        -1,
        ConfigDef.Width.MEDIUM,
        PREFIX + name);
  }

  /**
   * The names of a parsed configuration.
   *
   * @param values what {@link ConfigDef#parse} returned for a definition with {@link #define}
   */
  public static TopicNames of(Map<String, ?> values) {
    return new TopicNames(
        name(values, DEFAULT.oplogBackup),
        name(values, DEFAULT.oplogSegments),
        name(values, DEFAULT.snapshots),
        name(values, DEFAULT.snapshotRequests),
        name(values, DEFAULT.snapshotStatus),
        name(values, DEFAULT.restoreRequests),
        name(values, DEFAULT.restoreStatus),
        name(values, DEFAULT.drillRequests),
        name(values, DEFAULT.drillStatus),
        name(values, DEFAULT.backupAlerts),
        name(values, DEFAULT.topologyEvents),
        name(values, DEFAULT.drillResults));
  }

  private static String name(Map<String, ?> values, String defaultName) {
    Object value = values.get(PREFIX + defaultName);
    return value == null ? defaultName : value.toString();
  }
}
