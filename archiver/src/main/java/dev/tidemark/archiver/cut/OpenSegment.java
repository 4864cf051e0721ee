package dev.tidemark.archiver.cut;

import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.SegmentWriter;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.event.EncodedEvent;
import dev.tidemark.schemas.event.OplogEventView;
import org.apache.avro.Schema;

/** A segment that still grows, and what decides where it ends. Not thread-safe. */
final class OpenSegment {

  private final SegmentWriter writer;
  private final Schema writerSchema;
  private final long anchor;
  private final long hour;
  private long lastOffset;

  OpenSegment(SegmentWriter writer, EncodedEvent first) {
    this.writer = writer;
    this.writerSchema = first.writerSchema();
    this.anchor = first.view().observed();
    this.hour = hourOf(first.view());
  }

  private static long hourOf(OplogEventView view) {
    return OptimeHour.of(new Optime(view.ts())).epochHour();
  }

  /** When its first entry was observed, in the tailer's milliseconds. */
  long anchor() {
    return anchor;
  }

  /** Whether it must not hold this next entry of its set. */
  boolean endsBefore(EncodedEvent next, SegmentLimits limits) {
    return limits.isOver(anchor, next.view().observed())
        || hourOf(next.view()) != hour
        || !next.writerSchema().equals(writerSchema);
  }

  void append(long offset, EncodedEvent event) {
    writer.append(event.datum(), event.view());
    lastOffset = offset;
  }

  long entryBytes() {
    return writer.entryBytes();
  }

  FinishedSegment finish() {
    return writer.finish(lastOffset + 1);
  }

  /** Throws it away; the topic still has it. */
  void discard() {
    writer.close();
  }
}
