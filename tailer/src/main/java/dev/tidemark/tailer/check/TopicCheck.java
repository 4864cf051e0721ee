package dev.tidemark.tailer.check;

import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.PartitionMap;
import dev.tidemark.tailer.topic.TopicSetup;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the topic that events will go to. */
final class TopicCheck {

  private TopicCheck() {}

  static void check(OplogSourceConfig config, List<SourceCheck.FoundSet> sets, Problems problems) {
    if (!KafkaClientCheck.check(config, problems)) {
      return;
    }
    try (TopicSetup topic = new TopicSetup(config, config.connectTimeout())) {
      Optional<Integer> partitions = topic.partitions();
      if (partitions.isPresent()) {
        topic
            .settings()
            .problems(config.topic())
            .forEach(problem -> problems.add(OplogSourceKeys.TOPIC, problem));
      } else {
        topic.tryToCreate();
      }
      checkPartitions(
          config.partitionMap(), partitions.orElse(config.topicPartitions()), sets, problems);
    } catch (RuntimeException e) {
      KafkaFailure.report(config, e, problems);
    }
  }

  private static void checkPartitions(
      PartitionMap map, int count, List<SourceCheck.FoundSet> sets, Problems problems) {
    for (Map.Entry<String, Integer> chosen : map.partitions().entrySet()) {
      if (chosen.getValue() >= count) {
        problems.add(
            OplogSourceKeys.PARTITION_MAP,
            "partition "
                + chosen.getValue()
                + " does not exist, the topic has "
                + count
                + "; a right value is "
                + chosen.getKey()
                + ":"
                + (count - 1));
      }
      if (!sets.isEmpty() && sets.stream().noneMatch(set -> isNamed(set, chosen.getKey()))) {
        problems.add(
            OplogSourceKeys.PARTITION_MAP,
            "there is no replica set '"
                + chosen.getKey()
                + "'; a right value is "
                + sets.get(0).name()
                + ":0");
      }
    }
  }

  private static boolean isNamed(SourceCheck.FoundSet set, String key) {
    return set.name().equals(key) || set.id().equals(key);
  }
}
