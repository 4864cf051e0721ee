package dev.tidemark.schemas.serde;

import dev.tidemark.schemas.json.PlainJson;
import dev.tidemark.schemas.registry.SchemaRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads requests written by a program as framed Avro, or typed by a person as plain JSON.
 *
 * <p>JSON is recognised by its first byte, <code>{</code>, which no framed value begins with.
 * Thread-safe.
 */
public final class RequestDeserializer<T extends SpecificRecord> implements Deserializer<T> {

  private final Class<T> type;
  private final AvroDeserializer<T> avro;

  public RequestDeserializer(Class<T> type, SchemaRegistry registry) {
    this.type = type;
    this.avro = new AvroDeserializer<>(type, registry);
  }

  /**
   * @throws SerializationException if the value is neither; the message names the field
   */
  @Override
  public T deserialize(String topic, byte[] value) {
    if (value == null) {
      return null;
    }
    return value.length > 0 && value[0] == '{'
        ? PlainJson.read(value, type)
        : avro.deserialize(topic, value);
  }

  @Override
  public void close() {
    avro.close();
  }
}
