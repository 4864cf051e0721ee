package dev.tidemark.tailer.stack;

import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventDecoder;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.registry.WireFormat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a read-committed consumer sees in one partition, from its beginning. */
public final class EventLog implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final KafkaConsumer<String, byte[]> consumer;
  private final OplogEventDecoder decoder = new OplogEventDecoder(OplogEvent.getClassSchema());
  private final List<OplogEventView> events = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  public EventLog(String topic, int partition) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                CaptureStack.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "allow.auto.create.topics",
                "false"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    TopicPartition from = new TopicPartition(topic, partition);
    consumer.assign(List.of(from));
    consumer.seekToBeginning(List.of(from));
  }

  /** Reads until an event fits; returns it. */
  public OplogEventView await(Predicate<OplogEventView> wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int looked = 0;
    while (true) {
      for (; looked < events.size(); looked++) {
        if (wanted.test(events.get(looked))) {
          return events.get(looked);
        }
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "not seen within " + PATIENCE + "; the last of " + events.size() + ": " + last());
      }
      poll(Duration.ofMillis(100));
    }
  }

  /** Reads until a heartbeat says that everything up to an optime has been seen. */
  public void awaitComplete(long optime) {
    await(event -> event.isHeartbeat() && Long.compareUnsigned(event.ts(), optime) >= 0);
  }

  /** Reads what is there now. */
  public void poll(Duration wait) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
      ByteBuffer value = ByteBuffer.wrap(record.value());
      value.position(WireFormat.HEADER_BYTES);
      events.add(decoder.decode(value.slice()));
      keys.add(record.key());
    }
  }

  private Object last() {
    return events.isEmpty() ? "none" : events.get(events.size() - 1);
  }

  /** Everything read so far. */
  public List<OplogEventView> events() {
    return events;
  }

  /** The record keys of {@link #events()}. */
  public List<String> keys() {
    return keys;
  }

  /** The entries read so far. */
  public List<OplogEventView> entries() {
    return events.stream().filter(OplogEventView::isEntry).toList();
  }

  /** The kinds of all events but heartbeats and entries. */
  public List<String> markers() {
    return events.stream()
        .filter(event -> !event.isEntry() && !event.isHeartbeat())
        .map(OplogEventView::kind)
        .toList();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
