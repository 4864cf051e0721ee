package dev.tidemark.monitor.topic;

import dev.tidemark.schemas.registry.SchemaRegistryException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows handlers what is on topics: everything, or of busy topics only the newest records of each
 * partition. Topics and partitions that do not exist yet are read once they do.
 *
 * <p>A record that is not what its topic should hold is passed over, counted and logged. If the
 * registry cannot say, reading stops there and is tried again. One thread uses it.
 */
public final class TopicReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<String, Subscription> subscriptions = new TreeMap<>();
  private final Set<TopicPartition> assigned = new HashSet<>();
  private final Map<String, Long> unreadable = new TreeMap<>();

  /** Takes a record. May throw {@link SerializationException} for one that it cannot read. */
  @FunctionalInterface
  public interface Handler {
    void accept(ConsumerRecord<byte[], byte[]> record);
  }

  private record Subscription(Handler handler, long newest) {}

  /**
   * @param consumer without a group, that reads committed records and creates no topics; closed
   *     with this reader
   */
  public TopicReader(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** Reads a topic from its beginning. */
  public void readAll(String topic, Handler handler) {
    subscriptions.put(topic, new Subscription(handler, Long.MAX_VALUE));
  }

  /**
   * Reads a topic so that at most its newest records are shown each time.
   *
   * @param newest offsets per partition; markers of transactions count
   */
  public void readNewest(String topic, long newest, Handler handler) {
    subscriptions.put(topic, new Subscription(handler, newest));
  }

  /**
   * Shows the handlers what came since the last call, up to the topics' ends as they are now.
   *
   * @throws KafkaException if the brokers do not answer in time or refuse
   * @throws SchemaRegistryException if the registry does not answer
   */
  public void readToEnd() {
    discover();
    Map<TopicPartition, Long> ends = consumer.endOffsets(assigned, ANSWER);
    skip(ends);
    long deadline = System.nanoTime() + ANSWER.toNanos();
    while (!reached(ends)) {
      ConsumerRecords<byte[], byte[]> batch = consumer.poll(POLL);
      show(batch);
      if (!batch.isEmpty()) {
        deadline = System.nanoTime() + ANSWER.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new TimeoutException("the ends of the topics were not reached in time");
      }
    }
  }

  private void discover() {
    Set<TopicPartition> found = new HashSet<>();
    for (String topic : subscriptions.keySet()) {
      for (PartitionInfo info : consumer.partitionsFor(topic, ANSWER)) {
        found.add(new TopicPartition(topic, info.partition()));
      }
    }
    if (!found.equals(assigned)) {
      Set<TopicPartition> added = new HashSet<>(found);
      added.removeAll(assigned);
      consumer.assign(found);
      consumer.seekToBeginning(added);
      assigned.clear();
      assigned.addAll(found);
    }
  }

  private void skip(Map<TopicPartition, Long> ends) {
    ends.forEach(
        (partition, end) -> {
          long from = end - subscriptions.get(partition.topic()).newest;
          if (from > 0 && consumer.position(partition, ANSWER) < from) {
            consumer.seek(partition, from);
          }
        });
  }

  private boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), ANSWER) >= end.getValue());
  }

  private void show(ConsumerRecords<byte[], byte[]> batch) {
    Map<TopicPartition, Long> shown = new HashMap<>();
    try {
      for (ConsumerRecord<byte[], byte[]> record : batch) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        shown.putIfAbsent(partition, record.offset());
        show(record);
        shown.put(partition, record.offset() + 1);
      }
    } catch (SchemaRegistryException e) {
      // Whatever was not shown is fetched again.
      for (TopicPartition partition : batch.partitions()) {
        Long next = shown.get(partition);
        consumer.seek(partition, next != null ? next : batch.records(partition).get(0).offset());
      }
      throw e;
    }
  }

  private void show(ConsumerRecord<byte[], byte[]> record) {
    try {
      subscriptions.get(record.topic()).handler.accept(record);
    } catch (SchemaRegistryException e) {
      if (e.isRetriable()) {
        throw e;
      }
      passOver(record, e);
    } catch (SerializationException | IllegalArgumentException e) {
      passOver(record, e);
    }
  }

  private void passOver(ConsumerRecord<byte[], byte[]> record, RuntimeException reason) {
    long count = unreadable.merge(record.topic(), 1L, Long::sum);
    // Ever more seldom: a topic full of them must not fill the log.
    if (Long.bitCount(count) == 1) {
      LOG.warn(
          "Passing over {}-{} offset {}, unreadable record number {} of its topic: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          count,
          reason.getMessage());
    }
  }

  /** How many records of each topic could not be read. */
  public Map<String, Long> unreadable() {
    return Map.copyOf(unreadable);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
