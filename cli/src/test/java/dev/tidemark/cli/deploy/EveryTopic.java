package dev.tidemark.cli.deploy;

import dev.tidemark.schemas.topic.TopicNames;
import java.util.Set;

/** The topics that somebody has to make before the services start. */
final class EveryTopic {

  private static final TopicNames DEFAULT = TopicNames.DEFAULT;

  static final Set<String> NAMES =
      Set.of(
          DEFAULT.oplogBackup(),
          DEFAULT.oplogSegments(),
          DEFAULT.snapshots(),
          DEFAULT.snapshotRequests(),
          DEFAULT.snapshotStatus(),
          DEFAULT.restoreRequests(),
          DEFAULT.restoreStatus(),
          DEFAULT.drillRequests(),
          DEFAULT.drillStatus(),
          DEFAULT.backupAlerts(),
          DEFAULT.topologyEvents(),
          DEFAULT.drillResults());

  private EveryTopic() {}
}
