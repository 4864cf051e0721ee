package dev.tidemark.archiver.partition;

import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition of the topic in memory. Its consumers read what it holds when they are made.
 * Thread-safe.
 */
final class MemoryPartition {

  static final TopicPartition PARTITION = new TopicPartition("oplog", 0);

  private final AvroSerializer<OplogEvent> serializer = new AvroSerializer<>(new OneSchema());
  private final List<byte[]> values = new ArrayList<>();

  private static final class OneSchema implements SchemaRegistry {
    @Override
    public int idOf(String subject, Schema schema) {
      return 1;
    }

    @Override
    public Schema byId(int id) {
      return OplogEvent.getClassSchema();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  OplogEventReader reader() {
    return new OplogEventReader(new OneSchema());
  }

  /** Adds an event and answers its offset. */
  synchronized long add(OplogEvent event) {
    values.add(serializer.serialize(PARTITION.topic(), event));
    return end() - 1;
  }

  synchronized long end() {
    return values.size();
  }

  synchronized ByteBuffer value(long offset) {
    return ByteBuffer.wrap(values.get((int) offset));
  }

  synchronized Consumer<byte[], ByteBuffer> consumer() {
    MockConsumer<byte[], ByteBuffer> consumer = new MockConsumer<>("none");
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, end()));
    for (long offset = 0; offset < end(); offset++) {
      consumer.addRecord(
          new ConsumerRecord<>(
              PARTITION.topic(), PARTITION.partition(), offset, null, value(offset)));
    }
    return consumer;
  }
}
