package dev.tidemark.archiver.pack;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Kafka's consumer, but what it polls are {@linkplain RecordPack packs}. Not thread-safe. */
final class PackingConsumer extends KafkaConsumer<byte[], byte[]> {

  PackingConsumer(Map<String, Object> config) {
    super(config, new NoKey(), new ByteArrayDeserializer());
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return RecordPack.pack(super.poll(timeout));
  }

  /** Packs have no keys; not copying them out of what was fetched saves a little. */
  static final class NoKey implements Deserializer<byte[]> {

    @Override
    public byte[] deserialize(String topic, byte[] key) {
      return null;
    }

    @Override
    public byte[] deserialize(String topic, Headers headers, ByteBuffer key) {
      return null;
    }
  }
}
