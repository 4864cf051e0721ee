package dev.tidemark.archiver.pack;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Kafka's consumer, but what it polls are {@linkplain RecordPack packs}. Not thread-safe. */
final class PackingConsumer extends KafkaConsumer<byte[], byte[]> {

  /** Packs have no keys; not copying them saves a little. */
  private static final Deserializer<byte[]> NO_KEY = (topic, key) -> null;

  PackingConsumer(Map<String, Object> config) {
    super(config, NO_KEY, new ByteArrayDeserializer());
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return RecordPack.pack(super.poll(timeout));
  }
}
