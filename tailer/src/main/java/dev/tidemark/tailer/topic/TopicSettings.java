package dev.tidemark.tailer.topic;

import dev.tidemark.tailer.config.OplogSourceKeys;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What of a topic's settings decides whether events survive in it.
 *
 * @param cleanupPolicy {@code delete}, {@code compact} or both
 * @param uncleanLeaderElection whether a replica that lags may become leader
 * @param maxMessageBytes largest batch of records
 */
public record TopicSettings(
    String cleanupPolicy, boolean uncleanLeaderElection, long maxMessageBytes) {

  static TopicSettings of(Config config) {
    return new TopicSettings(
        config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value(),
        Boolean.parseBoolean(config.get(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG).value()),
        Long.parseLong(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()));
  }

  /** What would lose or reorder events, each with its remedy; empty if the topic is safe. */
  public List<String> problems(String topic) {
    List<String> problems = new ArrayList<>();
    if (cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      problems.add(
          "compaction would remove entries that share a namespace: "
              + alter(topic, "cleanup.policy=delete"));
    }
    if (uncleanLeaderElection) {
      problems.add(
          "unclean leader election can lose acknowledged entries: "
              + alter(topic, "unclean.leader.election.enable=false"));
    }
    if (maxMessageBytes < OplogSourceKeys.MIN_MESSAGE_BYTES) {
      problems.add(
          "max.message.bytes is "
              + maxMessageBytes
              + " and entries take up to 16 MiB and 16 KiB: "
              + alter(
                  topic, "max.message.bytes=" + (OplogSourceKeys.MIN_MESSAGE_BYTES + (1 << 20))));
    }
    return problems;
  }

  private static String alter(String topic, String setting) {
    return "run kafka-configs --bootstrap-server <broker> --alter --topic "
        + topic
        + " --add-config "
        + setting;
  }
}
