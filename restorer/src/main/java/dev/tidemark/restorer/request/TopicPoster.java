package dev.tidemark.restorer.request;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes values on one topic, each under its own key. Thread-safe.
 *
 * @param <V> the value
 */
public final class TopicPoster<V extends SpecificRecord> implements Consumer<V>, AutoCloseable {

  private final String topic;
  private final Function<V, String> key;
  private final KafkaProducer<String, byte[]> producer;
  private final AvroSerializer<V> serializer;

  public TopicPoster(
      Map<String, Object> clientSettings,
      String topic,
      Function<V, String> key,
      SchemaRegistry registry) {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    this.topic = topic;
    this.key = key;
    this.serializer = new AvroSerializer<>(registry);
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Publishes a value and waits until the brokers have it.
   *
   * @throws TidemarkException KAFKA_FAILED
   */
  @Override
  public void accept(V value) {
    try {
      producer
          .send(new ProducerRecord<>(topic, key.apply(value), serializer.serialize(topic, value)))
          .get();
    } catch (ExecutionException e) {
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED,
          key.apply(value) + " could not be published: " + e.getCause().getMessage(),
          topic,
          "Check that the brokers answer and that the worker may write the topic",
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED, "Interrupted while publishing", topic, "", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
