package dev.tidemark.schemas.serde;

import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.registry.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes generated records in the registry's {@linkplain WireFormat wire format}, under the subject
 * {@code <topic>-value}. Thread-safe.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

  static {
    TrustedRecords.trust();
  }

  private SchemaRegistry registry;

  /** For Kafka, which calls {@link #configure} before anything else. */
  public AvroSerializer() {}

  public AvroSerializer(SchemaRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    registry = new SchemaRegistryClient(new RegistryConfig(configs));
  }

  @Override
  public byte[] serialize(String topic, T value) {
    if (value == null) {
      return null;
    }
    byte[] header = new byte[WireFormat.HEADER_BYTES];
    WireFormat.writeHeader(header, registry.idOf(topic + "-value", value.getSchema()));
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    out.writeBytes(header);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new SpecificDatumWriter<T>(value.getSchema()).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new SerializationException(
          "A " + value.getSchema().getName() + " for topic " + topic + " cannot be encoded", e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }
}
