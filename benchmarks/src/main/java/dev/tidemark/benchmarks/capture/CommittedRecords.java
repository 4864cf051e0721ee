package dev.tidemark.benchmarks.capture;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a read-committed consumer sees of one topic, from when this is opened. Not thread-safe. */
final class CommittedRecords implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Duration patience;

  CommittedRecords(Stack stack, String topic, Duration patience) {
    this.patience = patience;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                stack.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "max.poll.records",
                "5000"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    consumer.position(partitions.get(0));
  }

  /** Takes a record; says whether it counts. */
  interface Visitor {
    boolean visit(ConsumerRecord<byte[], byte[]> record);
  }

  /** Waits a moment; whether a record that counts came. */
  boolean any(Visitor visitor) {
    boolean found = false;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      found |= visitor.visit(record);
    }
    return found;
  }

  /**
   * Reads until so many records counted.
   *
   * @return seconds from the first of them to the last, as they were seen
   */
  double read(int wanted, Visitor visitor) {
    long begin = 0;
    long last = System.nanoTime();
    int seen = 0;
    while (seen < wanted) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      long now = System.nanoTime();
      int before = seen;
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (visitor.visit(record)) {
          seen++;
        }
      }
      if (seen > before) {
        begin = before == 0 ? now : begin;
        last = now;
      } else if (now - last > patience.toNanos()) {
        throw new IllegalStateException(
            "only " + seen + " of " + wanted + " records came; then none for " + patience);
      }
    }
    return (last - begin) / 1e9;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
