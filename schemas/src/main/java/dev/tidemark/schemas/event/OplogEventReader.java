package dev.tidemark.schemas.event;

import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.WireFormat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** Reads events from the values of the topic. Thread-safe. */
public final class OplogEventReader {

  private final SchemaRegistry registry;
  private final Map<Integer, Writer> writers = new ConcurrentHashMap<>();

  private record Writer(Schema schema, OplogEventDecoder decoder) {}

  public OplogEventReader(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * Reads one value.
   *
   * @throws SerializationException if it is not an event in the registry's wire format; as a {@link
   *     dev.tidemark.schemas.registry.SchemaRegistryException} if the registry could not tell
   */
  public EncodedEvent read(byte[] value) {
    return read(value == null ? null : ByteBuffer.wrap(value));
  }

  /** As {@link #read(byte[])}, of the bytes that remain in a buffer; the event is a view of it. */
  public EncodedEvent read(ByteBuffer value) {
    if (value == null) {
      throw new SerializationException("Not an oplog event: the record has no value");
    }
    Integer id = WireFormat.schemaId(value);
    Writer known = writers.get(id);
    Writer writer = known == null ? writers.computeIfAbsent(id, this::writer) : known;
    ByteBuffer datum = WireFormat.datum(value);
    OplogEventView view = writer.decoder.decode(datum);
    if (view.isEntry() && view.entry() == null) {
      throw new SerializationException("Not an oplog event: an entry without its bytes");
    }
    return new EncodedEvent(writer.schema, datum, view);
  }

  private Writer writer(int id) {
    Schema schema = registry.byId(id);
    return new Writer(schema, new OplogEventDecoder(schema));
  }
}
