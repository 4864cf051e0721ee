package dev.tidemark.schemas.connect;

import dev.tidemark.schemas.event.OplogEvent;
import org.apache.kafka.connect.data.Schema;

/** The schema of the events on the topic of oplog entries, as Avro and as Connect see it. */
public final class OplogEventSchema {

  /** The contract that the generated class was made from. */
  public static final org.apache.avro.Schema AVRO = OplogEvent.getClassSchema();

  /** The same for a {@code Struct}: fields of the same names in the same order. */
  public static final Schema CONNECT = ConnectSchemas.fromAvro(AVRO);

  private OplogEventSchema() {}
}
