package dev.tidemark.schemas.registry;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The framing that Confluent's serializers use and every tool around a schema registry understands:
 * a zero byte, the schema's id as four bytes big-endian, then the Avro binary encoding.
 */
public final class WireFormat {

  /** First byte of every framed value. */
  public static final byte MAGIC = 0;

  /** Bytes before the Avro encoding. */
  public static final int HEADER_BYTES = 5;

  private WireFormat() {}

  /** Writes the header at the start of {@code target}, which must have room for it. */
  public static void writeHeader(byte[] target, int schemaId) {
    ByteBuffer.wrap(target).put(MAGIC).putInt(schemaId);
  }

  /**
   * The id in a framed value's header.
   *
   * @throws SerializationException if the value is too short or does not begin with {@link #MAGIC}
   */
  public static int schemaId(byte[] value) {
    return schemaId(ByteBuffer.wrap(value));
  }

  /** As {@link #schemaId(byte[])}, of the bytes that remain in a buffer. */
  public static int schemaId(ByteBuffer value) {
    if (value.remaining() < HEADER_BYTES) {
      throw new SerializationException(
          "A framed Avro value has at least 5 bytes, this one has " + value.remaining());
    }
    byte first = value.get(value.position());
    if (first != MAGIC) {
      throw new SerializationException(
          "A framed Avro value begins with byte 0x00, this one with 0x%02x: it was not written with"
                  .formatted(first)
              + " a schema registry's serializer");
    }
    return value.getInt(value.position() + 1);
  }

  /** The Avro encoding in a framed value, without copying it. */
  public static ByteBuffer datum(ByteBuffer value) {
    return value.slice(value.position() + HEADER_BYTES, value.remaining() - HEADER_BYTES);
  }
}
