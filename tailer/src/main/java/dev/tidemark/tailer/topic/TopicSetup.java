package dev.tidemark.tailer.topic;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.error.TailerError;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topic if it is missing, and looks at its settings. The caller closes it. */
public final class TopicSetup implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

  private final OplogSourceConfig config;
  private final Admin admin;
  private final Duration timeout;

  /**
   * @param timeout how long Kafka may take to answer
   */
  public TopicSetup(OplogSourceConfig config, Duration timeout) {
    this.config = config;
    this.timeout = timeout;
    Map<String, Object> client = config.kafkaClient();
    client.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, config.connectorName() + "-topic");
    client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    try {
      this.admin = Admin.create(client);
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  /**
   * The number of the topic's partitions, or nothing if it does not exist.
   *
   * @throws TidemarkException {@code TAILER_KAFKA_UNREACHABLE}
   */
  public Optional<Integer> partitions() {
    try {
      return Optional.of(
          await(admin.describeTopics(List.of(config.topic())).topicNameValues().get(config.topic()))
              .partitions()
              .size());
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  /**
   * The topic's settings in force.
   *
   * @throws TidemarkException {@code TAILER_KAFKA_UNREACHABLE}
   */
  public TopicSettings settings() {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, config.topic());
    Config settings = await(admin.describeConfigs(List.of(resource)).values().get(resource));
    return TopicSettings.of(settings);
  }

  /** Creates the topic with settings that keep what the events promise, if it does not exist. */
  public void createIfMissing() {
    if (partitions().isEmpty()) {
      create(false);
    }
  }

  /**
   * Asks whether the topic could be created, without creating it.
   *
   * @throws TidemarkException {@code TAILER_KAFKA_UNREACHABLE}, caused by the brokers' refusal
   */
  public void tryToCreate() {
    create(true);
  }

  private void create(boolean validateOnly) {
    NewTopic topic =
        new NewTopic(config.topic(), config.topicPartitions(), config.topicReplicationFactor());
    Map<String, String> settings = new HashMap<>();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    settings.put(
        TopicConfig.RETENTION_MS_CONFIG, Long.toString(config.topicRetention().toMillis()));
    settings.put(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Integer.toString(OplogSourceKeys.MIN_MESSAGE_BYTES + (1 << 20)));
    settings.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
    try {
      await(
          admin
              .createTopics(
                  List.of(topic.configs(settings)),
                  new CreateTopicsOptions().validateOnly(validateOnly))
              .all());
      if (!validateOnly) {
        log.info("Created topic {} with {} partitions", config.topic(), config.topicPartitions());
      }
    } catch (TopicExistsException e) {
      log.debug("Topic {} was created by someone else meanwhile", config.topic());
    }
  }

  private <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException missing) {
        throw missing;
      }
      if (e.getCause() instanceof TopicExistsException exists) {
        throw exists;
      }
      throw unreachable(e.getCause());
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  private TidemarkException unreachable(Throwable cause) {
    return new TidemarkException(
        TailerError.TAILER_KAFKA_UNREACHABLE,
        "the brokers do not answer or refuse: " + reasons(cause),
        "topic " + config.topic(),
        "Check kafka.bootstrap.servers and, on a secured cluster, kafka.security.protocol and"
            + " kafka.sasl.*",
        cause);
  }

  /** What Kafka's clients know is often said by an inner cause only. */
  private static String reasons(Throwable failure) {
    Set<String> reasons = new LinkedHashSet<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      reasons.add(
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }
    return String.join(": ", reasons);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
