package dev.tidemark.monitor.source;

import dev.tidemark.monitor.schedule.Repetition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from time to time how long Kafka keeps the records of a topic. Needs the right to describe
 * the topic's settings; without an answer the last one counts. Thread-safe.
 */
public final class TopicRetention implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicRetention.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Admin admin;
  private final String topic;
  private final AtomicReference<Duration> retention = new AtomicReference<>();
  private final Repetition repetition = new Repetition("topic-retention", this::read);

  /**
   * @param admin is closed with this object
   */
  public TopicRetention(Admin admin, String topic) {
    this.admin = admin;
    this.topic = topic;
  }

  /** Begins to read. */
  public TopicRetention start(Duration interval) {
    repetition.start(interval);
    return this;
  }

  private void read() {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Map<ConfigResource, Config> answer =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      String millis = answer.get(resource).get(TopicConfig.RETENTION_MS_CONFIG).value();
      retention.set(Duration.ofMillis(Long.parseLong(millis)));
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOG.warn("The retention of topic {} cannot be read: {}", topic, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The retention by time; empty if it is not known or unlimited. */
  public Optional<Duration> get() {
    return Optional.ofNullable(retention.get()).filter(found -> !found.isNegative());
  }

  @Override
  public void close() {
    repetition.close();
    admin.close(Duration.ZERO);
  }
}
