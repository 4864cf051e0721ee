package dev.tidemark.restorer.request;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a whole topic from its beginning, without a consumer group, and goes on from there each
 * time it is asked. One thread uses it.
 */
final class TopicReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Collection<TopicPartition> partitions;
  private final Consumer<ConsumerRecord<byte[], byte[]>> onRecord;

  TopicReader(
      KafkaConsumer<byte[], byte[]> consumer,
      String topic,
      Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
    this.consumer = consumer;
    this.onRecord = onRecord;
    this.partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads what is there at hand, without waiting. */
  void readAvailable() {
    consumer.poll(Duration.ZERO).forEach(onRecord);
  }

  /** Reads to what is the end now. */
  void readToEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!reached(ends)) {
      consumer.poll(POLL).forEach(onRecord);
    }
  }

  private boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  List<TopicPartition> partitions() {
    return List.copyOf(partitions);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
