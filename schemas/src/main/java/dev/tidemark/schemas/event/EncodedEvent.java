package dev.tidemark.schemas.event;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;

/**
 * An event as it stands in the topic, and what it says.
 *
 * @param writerSchema the schema that {@code datum} is encoded with
 * @param datum the Avro encoding without the wire format's header; a view, not a copy
 * @param view what the event says
 */
public record EncodedEvent(Schema writerSchema, ByteBuffer datum, OplogEventView view) {}
