package dev.tidemark.tailer;

import dev.tidemark.tailer.check.ConfigCheck;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.member.Discovery;
import dev.tidemark.tailer.position.OffsetChange;
import dev.tidemark.tailer.topic.TopicSetup;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
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
  private volatile List<TaskAssignment> assignments;
  private ShardWatch shards;

  @Override
  public String version() {
    return Version.text();
  }

  @Override
  public ConfigDef config() {
    return OplogSourceKeys.CONFIG_DEF;
  }

  @Override
  public Config validate(Map<String, String> properties) {
    return ConfigCheck.check(properties);
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
      if (Discovery.isSharded(config)) {
        shards = new ShardWatch(config, assignments, this::reassign);
      }
    } catch (ConnectException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  private void reassign(List<TaskAssignment> changed) {
    assignments = changed;
    context().requestTaskReconfiguration();
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
    if (shards != null) {
      shards.close();
      shards = null;
    }
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
