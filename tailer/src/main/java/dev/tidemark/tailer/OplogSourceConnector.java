package dev.tidemark.tailer;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.check.ConfigCheck;
import dev.tidemark.tailer.config.InvalidValueException;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.fault.RetryPolicy;
import dev.tidemark.tailer.member.Discovery;
import dev.tidemark.tailer.position.OffsetChange;
import dev.tidemark.tailer.topic.TopicSetup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

  private static final Duration DISCOVERY_PATIENCE = Duration.ofSeconds(60);

  private OplogSourceConfig config;
  private volatile List<TaskAssignment> assignments;
  private LateSets lateSets;
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
      retried(this::createTopic);
      lateSets = new LateSets(context().offsetStorageReader());
      take(retried(() -> Discovery.discover(config)));
      if (retried(() -> Discovery.isSharded(config))) {
        shards =
            new ShardWatch(
                () -> Discovery.discover(config),
                config.shardDiscoveryInterval(),
                assignments,
                new Reassignment());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("interrupted while the replica sets were looked for", e);
    } catch (ConnectException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  private void createTopic() {
    try (TopicSetup topic = new TopicSetup(config, config.connectTimeout())) {
      topic.createIfMissing();
    }
  }

  private void retried(Runnable action) throws InterruptedException {
    retried(
        () -> {
          action.run();
          return true;
        });
  }

  /** Servers that are away for a moment, as during an election, do not make the connector fail. */
  private <T> T retried(Supplier<T> question) throws InterruptedException {
    return RetryPolicy.of(config, DISCOVERY_PATIENCE)
        .retried(String.join(",", config.seeds()), question);
  }

  /**
   * Makes the sets found those that are captured.
   *
   * @throws InvalidValueException if there are more than tasks; Connect itself would ask for the
   *     tasks again and again, and call the connector running
   */
  private void take(List<TaskAssignment> found) {
    if (found.size() > config.tasksMax()) {
      throw new InvalidValueException(
          OplogSourceConfig.TASKS_MAX,
          "is "
              + config.tasksMax()
              + ", but each of the "
              + found.size()
              + " replica sets needs a task: "
              + found.stream().map(TaskAssignment::replicaSet).collect(Collectors.joining(", ")),
          Integer.toString(found.size()),
          null);
    }
    assignments = lateSets.mark(found);
  }

  /** Called by the thread of the watch. */
  private final class Reassignment implements ShardWatch.Listener {

    @Override
    public void changed(List<TaskAssignment> found) {
      take(found);
      context().requestTaskReconfiguration();
    }

    @Override
    public void failed(TidemarkException failure) {
      context().raiseError(new ConnectException(failure.getMessage(), failure));
    }
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
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
