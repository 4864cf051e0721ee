package dev.tidemark.cli.demo.stack;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.topic.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** The topics on which the parts meet, with the policies they need, on a cluster of one broker. */
final class DemoTopics {

  private static final int SETS = 16;
  private static final Map<String, String> COMPACTED =
      Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
  private static final Map<String, String> DELETED =
      Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
  private static final Map<String, String> OPLOG =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.RETENTION_MS_CONFIG,
          Long.toString(24 * 3_600_000L),
          TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
          "false",
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          Integer.toString(18 << 20));

  private DemoTopics() {}

  static void create(Map<String, Object> clientSettings, TopicNames names) {
    List<NewTopic> topics =
        List.of(
            topic(names.oplogBackup(), SETS, OPLOG),
            topic(names.oplogSegments(), 1, COMPACTED),
            topic(names.snapshots(), 1, COMPACTED),
            topic(names.snapshotRequests(), 1, DELETED),
            topic(names.snapshotStatus(), 1, COMPACTED),
            topic(names.restoreRequests(), 1, DELETED),
            topic(names.restoreStatus(), 1, COMPACTED),
            topic(names.drillRequests(), 1, DELETED),
            topic(names.drillStatus(), 1, COMPACTED),
            topic(names.drillResults(), 1, DELETED),
            topic(names.backupAlerts(), 1, DELETED),
            topic(names.topologyEvents(), 1, DELETED));
    try (Admin admin = Admin.create(clientSettings)) {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      throw new TidemarkException(
          CliError.CLI_STACK,
          "the topics cannot be made: " + e.getCause().getMessage(),
          "kafka",
          "Run the demo with --work-dir and read tidemark.log there",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static NewTopic topic(String name, int partitions, Map<String, String> settings) {
    return new NewTopic(name, partitions, (short) 1).configs(settings);
  }
}
