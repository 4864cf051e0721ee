package dev.tidemark.restorer.request;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest status of every request, as the compacted status topic has it.
 *
 * <p>Thread-safe.
 *
 * @param <S> the status
 */
final class StatusBoard<S extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);

  private final String topic;
  private final TopicReader reader;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<S> serializer;
  private final Deserializer<S> deserializer;
  private final Function<String, KafkaProducer<byte[], byte[]>> transactional;
  private final Map<String, S> latest = new ConcurrentHashMap<>();

  /**
   * @param transactional makes producers with a transactional id
   */
  StatusBoard(
      String topic,
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer,
      Function<String, KafkaProducer<byte[], byte[]>> transactional,
      Serializer<S> serializer,
      Deserializer<S> deserializer) {
    this.topic = topic;
    this.transactional = transactional;
    this.producer = producer;
    this.serializer = serializer;
    this.deserializer = deserializer;
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
  synchronized Optional<S> latest(String id) {
    reader.readToEnd();
    return Optional.ofNullable(latest.get(id));
  }

  /**
   * Publishes a status and waits until the brokers have it.
   *
   * @throws TidemarkException KAFKA_FAILED
   */
  void publish(String id, S status) {
    try {
      send(id, status).get();
    } catch (ExecutionException e) {
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED,
          "The status of request " + id + " could not be published: " + e.getCause().getMessage(),
          topic,
          "Check that the brokers answer and that the worker may write the topic",
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED, "Interrupted while publishing a status", topic, "", e);
    }
  }

  /**
   * Takes the right to speak for a request.
   *
   * @throws TidemarkException KAFKA_FAILED
   */
  RequestVoice<S> voice(String id) {
    return RequestVoice.take(topic, id, transactional.apply(topic + "-" + id), serializer);
  }

  private Future<?> send(String id, S status) {
    return producer.send(
        new ProducerRecord<>(
            topic, id.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, status)));
  }

  @Override
  public synchronized void close() {
    reader.close();
    producer.close();
  }
}
