package dev.tidemark.schemas.connect;

import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.registry.WireFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * An event that is encoded already: {@link AvroConverter} passes its bytes on, and whoever else
 * asks for a field gets it, as from any other struct, after one decoding. Fields cannot be changed.
 *
 * <p>Used by one thread at a time, as Connect uses records.
 */
public final class EncodedEventStruct extends Struct {

  private final byte[] wire;
  private Integer schemaId;
  private Struct decoded;

  /**
   * @param wire an event in the encoding of {@link OplogEvent}, behind room for the wire format's
   *     header; it belongs to this struct from now on
   */
  public EncodedEventStruct(byte[] wire) {
    super(OplogEventSchema.CONNECT);
    this.wire = wire;
  }

  /** The event in the wire format; the same bytes each time, unless the id differs. */
  byte[] framed(int id) {
    byte[] framed = schemaId == null || schemaId == id ? wire : wire.clone();
    WireFormat.writeHeader(framed, id);
    if (framed == wire) {
      schemaId = id;
    }
    return framed;
  }

  private Struct decoded() {
    if (decoded == null) {
      try {
        Object datum =
            new GenericDatumReader<>(OplogEvent.getClassSchema())
                .read(
                    null,
                    DecoderFactory.get()
                        .binaryDecoder(
                            wire,
                            WireFormat.HEADER_BYTES,
                            wire.length - WireFormat.HEADER_BYTES,
                            null));
        decoded = (Struct) AvroDatumReader.toConnect(schema(), datum);
      } catch (IOException e) {
        throw new DataException("An encoded event cannot be decoded", e);
      }
    }
    return decoded;
  }

  @Override
  public Object get(String fieldName) {
    return decoded().get(fieldName);
  }

  @Override
  public Object get(Field field) {
    return decoded().get(field);
  }

  @Override
  public Object getWithoutDefault(String fieldName) {
    return decoded().getWithoutDefault(fieldName);
  }

  @Override
  public Byte getInt8(String fieldName) {
    return decoded().getInt8(fieldName);
  }

  @Override
  public Short getInt16(String fieldName) {
    return decoded().getInt16(fieldName);
  }

  @Override
  public Integer getInt32(String fieldName) {
    return decoded().getInt32(fieldName);
  }

  @Override
  public Long getInt64(String fieldName) {
    return decoded().getInt64(fieldName);
  }

  @Override
  public Float getFloat32(String fieldName) {
    return decoded().getFloat32(fieldName);
  }

  @Override
  public Double getFloat64(String fieldName) {
    return decoded().getFloat64(fieldName);
  }

  @Override
  public Boolean getBoolean(String fieldName) {
    return decoded().getBoolean(fieldName);
  }

  @Override
  public String getString(String fieldName) {
    return decoded().getString(fieldName);
  }

  @Override
  public byte[] getBytes(String fieldName) {
    return decoded().getBytes(fieldName);
  }

  @Override
  public <T> List<T> getArray(String fieldName) {
    return decoded().getArray(fieldName);
  }

  @Override
  public <K, V> Map<K, V> getMap(String fieldName) {
    return decoded().getMap(fieldName);
  }

  @Override
  public Struct getStruct(String fieldName) {
    return decoded().getStruct(fieldName);
  }

  @Override
  public Struct put(String fieldName, Object value) {
    throw new DataException("An encoded event cannot be changed: " + fieldName);
  }

  @Override
  public Struct put(Field field, Object value) {
    throw new DataException("An encoded event cannot be changed: " + field.name());
  }

  @Override
  public void validate() {
    decoded().validate();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof EncodedEventStruct event && decoded().equals(event.decoded()));
  }

  @Override
  public int hashCode() {
    return decoded().hashCode();
  }

  @Override
  public String toString() {
    return decoded().toString();
  }
}
