package dev.tidemark.tailer;

import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.member.Discovery;
import dev.tidemark.tailer.position.OffsetChange;
import dev.tidemark.tailer.topic.TopicSetup;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Publishes the oplogs of replica sets to a topic: one task for each set, every majority-committed
 * entry once and in order. Connect calls all methods on one thread.
 */
public final class OplogSourceConnector extends SourceConnector {

  private OplogSourceConfig config;
  private List<TaskAssignment> assignments;

  @Override
  public String version() {
    return Version.text();
  }

  @Override
  public ConfigDef config() {
    return OplogSourceKeys.CONFIG_DEF;
  }

  @Override
  public Class<? extends Task> taskClass() {
    return OplogSourceTask.class;
  }

  @Override
  public void start(Map<String, String> properties) {
    try {
      config = new OplogSourceConfig(properties);
      try (TopicSetup topic = new TopicSetup(config, config.connectTimeout())) {
        topic.createIfMissing();
      }
      assignments = Discovery.discover(config);
    } catch (ConnectException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    if (assignments.size() > maxTasks) {
      throw new ConnectException(
          "tasks.max is "
              + maxTasks
              + ", but there are "
              + assignments.size()
              + " replica sets, each of which needs a task: set tasks.max to "
              + assignments.size()
              + " or more.");
    }
    return assignments.stream().map(config::taskProperties).toList();
  }

  @Override
  public void stop() {
    assignments = List.of();
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> properties) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  @Override
  public boolean alterOffsets(
      Map<String, String> properties, Map<Map<String, ?>, Map<String, ?>> offsets) {
    OffsetChange.check(offsets);
    return true;
  }
}
