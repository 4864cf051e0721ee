package dev.tidemark.tailer.event;

import dev.tidemark.schemas.connect.EncodedEventStruct;
import dev.tidemark.schemas.connect.OplogEventSchema;
import dev.tidemark.tailer.position.LazyOffset;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that is equal only to itself. Connect keys sent records by their hash, and the inherited
 * one walks schema, value and offset.
 */
final class OplogRecord extends SourceRecord {

  private final long optime;
  private final long wall;
  private final boolean entry;

  OplogRecord(
      Map<String, ?> sourcePartition,
      LazyOffset offset,
      String topic,
      int partition,
      String key,
      byte[] event,
      long wall,
      boolean entry) {
    super(
        sourcePartition,
        offset,
        topic,
        partition,
        Schema.STRING_SCHEMA,
        key,
        OplogEventSchema.CONNECT,
        new EncodedEventStruct(event));
    this.optime = offset.optime();
    this.wall = wall;
    this.entry = entry;
  }

  /** Whether this is an oplog entry and no marker. */
  boolean isEntry() {
    return entry;
  }

  long optime() {
    return optime;
  }

  long wall() {
    return wall;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
