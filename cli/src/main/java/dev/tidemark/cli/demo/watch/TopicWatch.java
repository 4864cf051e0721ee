package dev.tidemark.cli.demo.watch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic from its beginning on a thread of its own, as a read-committed consumer sees it,
 * and goes on until it is closed.
 */
public final class TopicWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<ConsumerRecord<byte[], byte[]>> reader;
  private final Thread thread;
  private volatile boolean closed;
  private volatile RuntimeException failure;

  /**
   * @param clientSettings how to reach the brokers
   * @param topic exists
   * @param reader called with each record, on the watch's thread
   */
  public TopicWatch(
      Map<String, Object> clientSettings,
      String topic,
      Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    this.topic = topic;
    this.reader = reader;
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(topic, p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    this.thread = new Thread(this::run, "watch-" + topic);
    this.thread.setDaemon(true);
  }

  /** Begins to read. */
  public TopicWatch start() {
    thread.start();
    return this;
  }

  private void run() {
    try {
      while (!closed) {
        consumer.poll(POLL).forEach(reader);
      }
    } catch (WakeupException e) {
      LOG.debug("Watch of {} is closed", topic);
    } catch (RuntimeException e) {
      LOG.error("Watch of {} failed", topic, e);
      failure = e;
    } finally {
      consumer.close();
    }
  }

  /**
   * Says that everything read so far went well.
   *
   * @throws RuntimeException what ended the watch
   */
  public void check() {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
