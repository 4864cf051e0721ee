package dev.tidemark.monitor.delivery;

import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Publishes records on a topic and waits until the brokers have them.
 *
 * @param <T> the records
 */
public final class TopicDelivery<T extends SpecificRecord> implements Delivery<T> {

  private final Producer<String, byte[]> producer;
  private final Serializer<? super T> serializer;
  private final String topic;
  private final Function<T, String> key;

  public TopicDelivery(
      Producer<String, byte[]> producer,
      Serializer<? super T> serializer,
      String topic,
      Function<T, String> key) {
    this.producer = producer;
    this.serializer = serializer;
    this.topic = topic;
    this.key = key;
  }

  @Override
  public void deliver(T message) throws InterruptedException {
    byte[] value = serializer.serialize(topic, message);
    try {
      producer.send(new ProducerRecord<>(topic, key.apply(message), value)).get();
    } catch (ExecutionException e) {
      throw new KafkaException("Not published on " + topic, e.getCause());
    }
  }
}
