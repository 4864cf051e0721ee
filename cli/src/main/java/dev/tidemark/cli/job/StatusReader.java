package dev.tidemark.cli.job;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroDeserializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a status topic from its beginning and goes on from there. One thread uses it.
 *
 * @param <S> the status
 */
final class StatusReader<S extends SpecificRecord> implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroDeserializer<S> deserializer;
  private final List<TopicPartition> partitions;
  private final Map<String, S> latest = new TreeMap<>();

  /**
   * @throws TidemarkException CLI_NETWORK if the brokers do not answer or the topic is missing
   */
  StatusReader(
      Map<String, Object> clientSettings, SchemaRegistry registry, String topic, Class<S> type) {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.topic = topic;
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.deserializer = new AvroDeserializer<>(type, registry);
    try {
      this.partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
    } catch (KafkaException e) {
      consumer.close();
      throw new TidemarkException(
          CliError.CLI_NETWORK,
          "the statuses cannot be read: " + e.getMessage(),
          topic,
          "Check --bootstrap-servers, and that the topic exists",
          e);
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** The latest status of every request, up to what is the end now. */
  Map<String, S> readToEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      poll();
    }
    return latest;
  }

  /** Waits a moment for news. */
  Map<String, S> poll() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      if (record.key() != null && record.value() != null) {
        latest.put(
            new String(record.key(), StandardCharsets.UTF_8),
            deserializer.deserialize(topic, record.value()));
      }
    }
    return latest;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
