package dev.tidemark.schemas.serde;

import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.WireFormat;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads generated records from the registry's {@linkplain WireFormat wire format}, whatever
 * compatible schema they were written with. Thread-safe.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

  private final Class<T> type;
  private final Schema readerSchema;
  private final SchemaRegistry registry;
  private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();

  public AvroDeserializer(Class<T> type, SchemaRegistry registry) {
    TrustedRecords.trust();
    this.type = type;
    this.readerSchema = SpecificData.get().getSchema(type);
    this.registry = registry;
  }

  /**
   * @throws SerializationException if the value is not framed, or cannot be read as the record
   */
  @Override
  public T deserialize(String topic, byte[] value) {
    if (value == null) {
      return null;
    }
    int id = WireFormat.schemaId(value);
    SpecificDatumReader<T> reader = readers.computeIfAbsent(id, this::reader);
    try {
      return reader.read(
          null,
          DecoderFactory.get()
              .binaryDecoder(
                  value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, null));
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new SerializationException(
          "A value of topic %s, written with schema id %d, cannot be read as %s"
              .formatted(topic, id, type.getSimpleName()),
          e);
    }
  }

  private SpecificDatumReader<T> reader(int id) {
    return new SpecificDatumReader<>(registry.byId(id), readerSchema);
  }

  @Override
  public void close() {
    registry.close();
  }
}
