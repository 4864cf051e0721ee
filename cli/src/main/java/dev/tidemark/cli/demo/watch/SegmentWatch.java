package dev.tidemark.cli.demo.watch;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroDeserializer;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows which segments the archiver has stored. Thread-safe. */
public final class SegmentWatch implements AutoCloseable {

  private static final long CHECK_MILLIS = 50;

  private final AvroDeserializer<SegmentIndexEntry> index;
  private final Clock clock;
  private final TopicWatch watch;
  private final Map<String, SegmentIndexEntry> segments = new LinkedHashMap<>();

  public SegmentWatch(
      Map<String, Object> clientSettings, String topic, SchemaRegistry registry, Clock clock) {
    this.index = new AvroDeserializer<>(SegmentIndexEntry.class, registry);
    this.clock = clock;
    this.watch = new TopicWatch(clientSettings, topic, this::see).start();
  }

  private synchronized void see(ConsumerRecord<byte[], byte[]> record) {
    SegmentIndexEntry entry = index.deserialize(record.topic(), record.value());
    if (entry != null) {
      // Entries are published again after a restart; the object is the identity.
      segments.put(entry.getObjectKey(), entry);
      notifyAll();
    }
  }

  /**
   * Waits until a segment reaches an optime.
   *
   * @throws TidemarkException if that takes longer
   */
  public synchronized void await(Optime optime, Duration patience) {
    long deadline = clock.millis() + patience.toMillis();
    while (archivedTo().isBefore(optime)) {
      watch.check();
      if (clock.millis() > deadline) {
        throw new TidemarkException(
            CliError.CLI_DEMO,
            "the entry " + optime + " is not archived after " + patience.toSeconds() + " s",
            "the archive reaches " + archivedTo(),
            "Run the demo with --work-dir and read tidemark.log there");
      }
      try {
        wait(CHECK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** The newest optime that is archived. */
  public synchronized Optime archivedTo() {
    return segments.values().stream()
        .map(s -> new Optime(s.getLastTs()))
        .max(Optime::compareTo)
        .orElse(Optime.ZERO);
  }

  public synchronized int count() {
    return segments.size();
  }

  /** Sum of the sizes of the objects. */
  public synchronized long objectBytes() {
    return segments.values().stream().mapToLong(SegmentIndexEntry::getObjectBytes).sum();
  }

  public synchronized long entries() {
    return segments.values().stream().mapToLong(SegmentIndexEntry::getEntryCount).sum();
  }

  @Override
  public void close() {
    watch.close();
  }
}
