package dev.tidemark.archiver;

import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.bson.BsonBinary;
import org.bson.BsonBinaryWriter;
import org.bson.BsonTimestamp;
import org.bson.io.BasicOutputBuffer;

/** Writes the events of one replica set as a tailer does, and remembers what it wrote. */
final class TopicWriter implements AutoCloseable {

  /** An entry that was written: its optime and a checksum of its bytes, for there may be many. */
  record Written(long ts, long crc32c) {

    static Written of(long ts, ByteBuffer entry) {
      CRC32C crc = new CRC32C();
      crc.update(entry.duplicate());
      return new Written(ts, crc.getValue());
    }
  }

  private final String bootstrap;
  private final String topic;
  private final int partition;
  private final String setId;
  private final KafkaProducer<String, OplogEvent> producer;
  private final List<Written> written = new ArrayList<>();
  private long observed;
  private long nextTs;
  private long lastTs;

  TopicWriter(
      String bootstrap,
      SchemaRegistry registry,
      String topic,
      int partition,
      String setId,
      long firstSecond) {
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.partition = partition;
    this.setId = setId;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.LINGER_MS_CONFIG,
                5),
            new StringSerializer(),
            new AvroSerializer<>(registry));
    this.nextTs = firstSecond << 32 | 1;
    this.observed = firstSecond * 1000;
  }

  String setId() {
    return setId;
  }

  /** Of the entry written last. */
  long lastTs() {
    return lastTs;
  }

  List<Written> written() {
    return List.copyOf(written);
  }

  void start() {
    send(event(EventKinds.START, nextTs, 0, -1));
  }

  /** Writes entries, observed a millisecond after each other. */
  void entries(int count) {
    for (int i = 0; i < count; i++) {
      Written entry = next();
      send(entryEvent(entry, previousOf(written.size() - 1)));
    }
  }

  /** Entries that follow were written some seconds later. */
  void passTime(long seconds) {
    nextTs = ((nextTs >>> 32) + seconds) << 32 | 1;
  }

  /** Makes an entry that the topic never gets. */
  void lose() {
    next();
  }

  /** Sends entries again from an index on, as a rewound tailer does. */
  void rewind(int fromIndex) {
    repeat(written, fromIndex, written.size());
  }

  /** Sends entries that another writer made, as a second tailer of the same set does. */
  void repeat(List<Written> entries, int from, int to) {
    for (int i = from; i < to; i++) {
      long previous = i == 0 ? 0 : entries.get(i - 1).ts();
      send(entryEvent(entries.get(i), previous));
    }
  }

  private Written next() {
    Written entry = Written.of(nextTs, ByteBuffer.wrap(bson(nextTs)));
    lastTs = nextTs;
    // Optimes rise by more than one, as they do on a server.
    nextTs += 1 + nextTs % 3;
    observed++;
    written.add(entry);
    return entry;
  }

  private long previousOf(int index) {
    return index == 0 ? 0 : written.get(index - 1).ts();
  }

  /** A heartbeat observed some time later, which ends what is open. */
  void heartbeatAfter(long millis) {
    observed += millis;
    send(event(EventKinds.HEARTBEAT, nextTs - 1, lastTs, 1));
  }

  void unreadable() {
    producer.flush();
    try (KafkaProducer<byte[], byte[]> raw =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      var unused =
          raw.send(new ProducerRecord<>(topic, partition, null, new byte[] {'?', 1, 2, 3, 4, 5}));
    }
  }

  private OplogEvent entryEvent(Written entry, long previous) {
    return OplogEvent.newBuilder(
            event(EventKinds.ENTRY, entry.ts(), previous, previous == 0 ? -1 : 1))
        .setOp("i")
        .setNs("shop.orders")
        .setWall(Instant.ofEpochSecond(entry.ts() >>> 32))
        .setEntry(ByteBuffer.wrap(bson(entry.ts())))
        .build();
  }

  private OplogEvent event(String kind, long ts, long prevTs, long prevTerm) {
    return OplogEvent.newBuilder()
        .setKind(kind)
        .setSetId(setId)
        .setSource("rs0")
        .setTs(ts)
        .setTerm(1)
        .setPrevTs(prevTs)
        .setPrevTerm(prevTerm)
        .setObserved(Instant.ofEpochMilli(observed))
        .build();
  }

  private static byte[] bson(long ts) {
    BasicOutputBuffer buffer = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
      writer.writeStartDocument();
      writer.writeTimestamp("ts", new BsonTimestamp(ts));
      writer.writeString("op", "i");
      writer.writeString("ns", "shop.orders");
      byte[] noise = new byte[(int) (ts % 200)];
      new Random(ts).nextBytes(noise);
      writer.writeBinaryData("noise", new BsonBinary(noise));
      writer.writeEndDocument();
    }
    return buffer.toByteArray();
  }

  private void send(OplogEvent event) {
    var unused = producer.send(new ProducerRecord<>(topic, partition, event.getNs(), event));
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
