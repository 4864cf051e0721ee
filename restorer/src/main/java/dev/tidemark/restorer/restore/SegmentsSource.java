package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.segment.EventCursor;
import dev.tidemark.archive.segment.SegmentSequence;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.schemas.event.OplogEventView;
import java.nio.ByteBuffer;

/**
 * The entries of archived segments.
 *
 * @param segments in chain
 * @param until entries after this are not read
 */
record SegmentsSource(SegmentSequence segments, Optime until) implements OplogSource {

  @Override
  public String location() {
    return segments.location();
  }

  @Override
  public DocumentStream open(Optime from) {
    EventCursor events = segments.open(from, until);
    return new DocumentStream() {
      @Override
      public BsonSlice next() {
        OplogEventView event = events.next();
        return event == null ? null : slice(event.entry());
      }

      @Override
      public void close() {
        events.close();
      }
    };
  }

  private static BsonSlice slice(ByteBuffer entry) {
    if (entry.hasArray()) {
      return BsonSlice.of(entry.array(), entry.arrayOffset() + entry.position(), entry.remaining());
    }
    byte[] copy = new byte[entry.remaining()];
    entry.duplicate().get(copy);
    return BsonSlice.of(copy);
  }
}
