package dev.tidemark.benchmarks.archive;

import dev.tidemark.benchmarks.segments.SampleEvents;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventEncoder;
import dev.tidemark.schemas.event.OplogEventHead;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.registry.WireFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes what a tailer would of one replica set, into a partition of its own. */
final class SetFeed {

  private static final int DOCUMENTS = 4_096;

  /** So many that none comes again within a block, where compression would find it. */
  private static final int POOL_BYTES = 16 << 20;

  private final KafkaProducer<String, byte[]> producer;
  private final String topic;
  private final int partition;
  private final int schemaId;
  private final List<byte[]> entries;
  private final OplogEventEncoder encoder;
  private long previous;
  private int number;

  /**
   * @param schemaId of the events
   * @param entries from {@link #entries}; their optimes are written over
   */
  SetFeed(
      KafkaProducer<String, byte[]> producer,
      String topic,
      int partition,
      int schemaId,
      List<byte[]> entries) {
    this.producer = producer;
    this.topic = topic;
    this.partition = partition;
    this.schemaId = schemaId;
    this.entries = entries;
    this.encoder = new OplogEventEncoder("65a9f2b1c0ffee%010d".formatted(partition + 1), "rs0");
  }

  /** Entries of about a size. */
  static List<byte[]> entries(int entryBytes) {
    Random random = new Random(42);
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < POOL_BYTES / entryBytes; i++) {
      entries.add(SampleEvents.entry(random, 0, i % DOCUMENTS, entryBytes));
    }
    return entries;
  }

  /** The capture begins. */
  void start() {
    send(encoder.marker(head(EventKinds.START, nextTs(), 0, OplogEventView.NO_WALL)));
  }

  /**
   * Publishes an entry that is written now.
   *
   * @return its size
   */
  int entry() {
    long ts = nextTs();
    byte[] entry = entries.get(number % entries.size());
    long wall = SampleEvents.stamp(entry, ts, number++);
    send(encoder.entry(head(EventKinds.ENTRY, ts, previous, wall), entry, 0, entry.length));
    previous = ts;
    return entry.length;
  }

  void heartbeat() {
    send(encoder.marker(head(EventKinds.HEARTBEAT, previous, previous, OplogEventView.NO_WALL)));
  }

  private long nextTs() {
    long second = Instant.now().getEpochSecond() << 32;
    return previous < second ? second | 1 : previous + 1;
  }

  private static OplogEventHead head(String kind, long ts, long prevTs, long wall) {
    boolean entry = kind.equals(EventKinds.ENTRY);
    return new OplogEventHead(
        kind,
        ts,
        1,
        prevTs,
        prevTs == 0 ? -1 : 1,
        wall,
        System.currentTimeMillis(),
        entry ? "i" : "",
        entry ? "shop.orders" : "",
        entry ? SampleEvents.COLLECTION : null,
        null,
        0);
  }

  private void send(byte[] event) {
    WireFormat.writeHeader(event, schemaId);
    var unused = producer.send(new ProducerRecord<>(topic, partition, "", event));
  }
}
