package dev.tidemark.benchmarks.archive;

import dev.tidemark.benchmarks.segments.SampleEvents;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes what a tailer would of one replica set, into a partition of its own. */
final class SetFeed {

  private static final int DOCUMENTS = 4_096;

  private final KafkaProducer<String, byte[]> producer;
  private final AvroSerializer<OplogEvent> serializer;
  private final String topic;
  private final int partition;
  private final String setId;
  private final Random random = new Random(42);
  private final int entryBytes;
  private long previous;
  private int number;

  SetFeed(
      KafkaProducer<String, byte[]> producer,
      AvroSerializer<OplogEvent> serializer,
      String topic,
      int partition,
      int entryBytes) {
    this.producer = producer;
    this.serializer = serializer;
    this.topic = topic;
    this.partition = partition;
    this.entryBytes = entryBytes;
    this.setId = "65a9f2b1c0ffee%010d".formatted(partition + 1);
  }

  /** The capture begins. */
  void start() {
    send(marker(EventKinds.START, nextTs(), 0));
  }

  /**
   * Publishes an entry that is written now.
   *
   * @return its size
   */
  int entry() {
    long ts = nextTs();
    byte[] entry = SampleEvents.entry(random, ts, number++ % DOCUMENTS, entryBytes);
    send(
        OplogEvent.newBuilder(SampleEvents.event(setId, entry, ts, previous))
            .setObserved(now())
            .build());
    previous = ts;
    return entry.length;
  }

  void heartbeat() {
    send(marker(EventKinds.HEARTBEAT, previous, previous));
  }

  private long nextTs() {
    long second = Instant.now().getEpochSecond() << 32;
    return previous < second ? second | 1 : previous + 1;
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private OplogEvent marker(String kind, long ts, long prevTs) {
    return OplogEvent.newBuilder()
        .setKind(kind)
        .setSetId(setId)
        .setSource("rs0")
        .setTs(ts)
        .setTerm(1)
        .setPrevTs(prevTs)
        .setPrevTerm(prevTs == 0 ? -1 : 1)
        .setObserved(now())
        .build();
  }

  private void send(OplogEvent event) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, partition, "", serializer.serialize(topic, event)));
  }
}
