package dev.tidemark.schemas.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.Function;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads the Avro encoding of an {@link OplogEvent} that was written with a given schema.
 *
 * <p>Documentation, defaults and properties that converters add do not change the encoding: then
 * the fields are picked from the bytes directly. Any other compatible schema is resolved by Avro.
 * Thread-safe.
 */
public final class OplogEventDecoder {

  private static final Schema CONTRACT = OplogEvent.getClassSchema();
  private static final long CONTRACT_FINGERPRINT =
      SchemaNormalization.parsingFingerprint64(CONTRACT);

  private final Function<ByteBuffer, OplogEventView> decodeNext;

  // Only a memory of strings: whichever thread wrote it last, it is right.
  private volatile OplogEventFields.Names recent = OplogEventFields.Names.NONE;

  /**
   * @throws SerializationException if the schema cannot be resolved to the contract
   */
  public OplogEventDecoder(Schema writerSchema) {
    if (SchemaNormalization.parsingFingerprint64(writerSchema) == CONTRACT_FINGERPRINT) {
      this.decodeNext = this::pick;
    } else {
      GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(writerSchema, CONTRACT);
      this.decodeNext = data -> resolve(reader, data);
    }
  }

  /**
   * Decodes one event; the view's entry shares the bytes of {@code datum} where it can.
   *
   * @throws SerializationException if the bytes are not an event of the schema
   */
  public OplogEventView decode(ByteBuffer datum) {
    ByteBuffer in = datum.duplicate();
    OplogEventView event = decodeNext.apply(in);
    if (in.hasRemaining()) {
      throw new SerializationException(
          "Not an oplog event: " + in.remaining() + " bytes follow its end");
    }
    return event;
  }

  /**
   * Decodes the event that begins at the buffer's position and moves the position behind it, for
   * events that stand one after the other.
   *
   * @throws SerializationException if the bytes are not an event of the schema
   */
  public OplogEventView decodeNext(ByteBuffer data) {
    return decodeNext.apply(data);
  }

  private OplogEventView pick(ByteBuffer data) {
    OplogEventFields fields = new OplogEventFields(data, recent);
    OplogEventView event = fields.readNext();
    if (fields.hasNewNames()) {
      recent = fields.names();
    }
    return event;
  }

  private static OplogEventView resolve(GenericDatumReader<GenericRecord> reader, ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
      GenericRecord event = reader.read(null, decoder);
      data.position(data.limit() - decoder.inputStream().available());
      Object wall = event.get("wall");
      return new OplogEventView(
          event.get("kind").toString(),
          event.get("setId").toString(),
          event.get("source").toString(),
          (Long) event.get("ts"),
          (Long) event.get("term"),
          (Long) event.get("prevTs"),
          (Long) event.get("prevTerm"),
          wall == null ? OplogEventView.NO_WALL : millis(wall),
          millis(event.get("observed")),
          event.get("op").toString(),
          event.get("ns").toString(),
          (ByteBuffer) event.get("entry"));
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new SerializationException("Not an oplog event of its schema", e);
    }
  }

  private static long millis(Object time) {
    return time instanceof Instant instant ? instant.toEpochMilli() : (Long) time;
  }
}
