package dev.tidemark.restorer.drill;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;

/** Waits for a record that arrives on a topic after the watch was made. Used by one thread. */
final class TopicWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final BooleanSupplier cancelled;
  private final Time time;

  TopicWatch(
      Map<String, Object> clientSettings, String topic, BooleanSupplier cancelled, Time time) {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.cancelled = cancelled;
    this.time = time;
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy: what arrives from now on must not be passed over.
    partitions.forEach(consumer::position);
  }

  /**
   * Reads on until a record is the wanted one.
   *
   * @param wanted what is made of the wanted record; empty for every other
   * @return empty if none came in time
   * @throws TidemarkException REQUEST_CANCELLED
   */
  <T> Optional<T> await(
      Function<ConsumerRecord<byte[], byte[]>, Optional<T>> wanted, Duration patience) {
    long deadline = time.milliseconds() + patience.toMillis();
    while (time.milliseconds() < deadline) {
      if (cancelled.getAsBoolean()) {
        throw new TidemarkException(
            RestorerError.REQUEST_CANCELLED, "The drill was cancelled", "", "");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Optional<T> found = wanted.apply(record);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
