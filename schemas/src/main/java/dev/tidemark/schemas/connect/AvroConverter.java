package dev.tidemark.schemas.connect;

import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import dev.tidemark.schemas.registry.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;

/**
 * Converts Connect data to and from Avro in the registry's {@linkplain WireFormat wire format}, so
 * that no converter has to be installed beside the connector. Configured with the keys of {@link
 * RegistryConfig}, which are those of Confluent's converter.
 *
 * <p>Not thread-safe in {@link #configure}; conversions may run in several threads.
 */
public final class AvroConverter implements Converter {

  private final Map<Schema, org.apache.avro.Schema> avroSchemas = new ConcurrentHashMap<>();
  private final Map<Integer, Decoding> decodings = new ConcurrentHashMap<>();
  private SchemaRegistry registry;
  private String subjectSuffix;

  // Almost always the same schema object comes again: one field spares its deep hash code.
  private volatile Encoding latest = new Encoding(null, null, null, -1);

  private record Encoding(
      String topic, Schema connectSchema, org.apache.avro.Schema avroSchema, int id) {

    // The one schema object that events are made with.
    @SuppressWarnings("ReferenceEquality")
    boolean isEvent() {
      return avroSchema == OplogEventSchema.AVRO;
    }
  }

  private record Decoding(GenericDatumReader<Object> reader, Schema connectSchema) {}

  /** For Connect, which calls {@link #configure} before anything else. */
  public AvroConverter() {}

  AvroConverter(SchemaRegistry registry) {
    this.registry = registry;
    this.subjectSuffix = "-value";
  }

  @Override
  public ConfigDef config() {
    return RegistryConfig.DEFINITION;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    registry = new SchemaRegistryClient(new RegistryConfig(configs));
    subjectSuffix = isKey ? "-key" : "-value";
  }

  @Override
  public byte[] fromConnectData(String topic, Schema schema, Object value) {
    if (value == null) {
      return null;
    }
    if (schema == null) {
      throw new DataException("Avro needs a schema; a value without one came for topic " + topic);
    }
    Encoding encoding = encoding(topic, schema);
    if (value instanceof EncodedEventStruct event && encoding.isEvent()) {
      return event.framed(encoding.id);
    }
    byte[] header = new byte[WireFormat.HEADER_BYTES];
    WireFormat.writeHeader(header, encoding.id);
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.writeBytes(header);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      ConnectDatumWriter.write(encoding.avroSchema, schema, value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new DataException("A value for topic " + topic + " cannot be encoded as Avro", e);
    }
    return out.toByteArray();
  }

  // The same schema object, not merely an equal one: that is what the field is for.
  @SuppressWarnings("ReferenceEquality")
  private Encoding encoding(String topic, Schema schema) {
    Encoding known = latest;
    if (known.connectSchema == schema && known.topic.equals(topic)) {
      return known;
    }
    org.apache.avro.Schema avro = avroSchemas.computeIfAbsent(schema, ConnectSchemas::toAvro);
    Encoding encoding = new Encoding(topic, schema, avro, id(topic + subjectSuffix, avro));
    latest = encoding;
    return encoding;
  }

  private int id(String subject, org.apache.avro.Schema schema) {
    try {
      return registry.idOf(subject, schema);
    } catch (SchemaRegistryException e) {
      throw connectException(e);
    }
  }

  @Override
  public SchemaAndValue toConnectData(String topic, byte[] value) {
    if (value == null) {
      return SchemaAndValue.NULL;
    }
    Decoding decoding = decodings.computeIfAbsent(WireFormat.schemaId(value), this::decoding);
    try {
      Object datum =
          decoding.reader.read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(
                      value,
                      WireFormat.HEADER_BYTES,
                      value.length - WireFormat.HEADER_BYTES,
                      null));
      return new SchemaAndValue(
          decoding.connectSchema, AvroDatumReader.toConnect(decoding.connectSchema, datum));
    } catch (IOException | AvroRuntimeException e) {
      throw new DataException("A value of topic " + topic + " cannot be decoded as Avro", e);
    }
  }

  private Decoding decoding(int id) {
    try {
      org.apache.avro.Schema avro = registry.byId(id);
      return new Decoding(new GenericDatumReader<>(avro), ConnectSchemas.fromAvro(avro));
    } catch (SchemaRegistryException e) {
      throw connectException(e);
    }
  }

  private static RuntimeException connectException(SchemaRegistryException e) {
    return e.isRetriable()
        ? new RetriableException(e.getMessage(), e)
        : new DataException(e.getMessage(), e);
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }
}
