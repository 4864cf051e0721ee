package dev.tidemark.restorer.request;

import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import dev.tidemark.schemas.serde.AvroDeserializer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest status of every request, as the compacted status topic has it.
 *
 * <p>Thread-safe.
 *
 * @param <S> the status
 */
final class LatestStatuses<S extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LatestStatuses.class);

  private final String topic;
  private final TopicReader reader;
  private final Deserializer<S> deserializer;
  private final Map<String, S> latest = new ConcurrentHashMap<>();

  LatestStatuses(
      String topic,
      KafkaConsumer<byte[], byte[]> consumer,
      Class<S> statusType,
      SchemaRegistry registry) {
    this.topic = topic;
    this.deserializer = new AvroDeserializer<>(statusType, registry);
    this.reader = new TopicReader(consumer, topic, this::read);
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    String id = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      latest.remove(id);
      return;
    }
    try {
      latest.put(id, deserializer.deserialize(topic, record.value()));
    } catch (SerializationException e) {
      if (e instanceof SchemaRegistryException unanswered && unanswered.isRetriable()) {
        // A request whose status was passed over would be carried out a second time.
        throw e;
      }
      LOG.warn(
          "Passing over the status at {}-{} offset {}: {}",
          topic,
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  /** The latest status of a request, after everything published so far by anybody. */
  synchronized Optional<S> of(String id) {
    reader.readToEnd();
    return Optional.ofNullable(latest.get(id));
  }

  /** Those of all requests. */
  synchronized List<S> all() {
    reader.readToEnd();
    return List.copyOf(latest.values());
  }

  @Override
  public synchronized void close() {
    reader.close();
  }
}
