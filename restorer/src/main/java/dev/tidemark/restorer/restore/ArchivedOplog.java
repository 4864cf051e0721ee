package dev.tidemark.restorer.restore;

import dev.tidemark.archive.segment.SegmentCursor;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The entries of archived segments, and of the tail behind them, in order. Entries that two segments
 * hold are given once.
 */
final class ArchivedOplog implements OplogSource {

  private final ObjectStore store;
  private final List<SegmentIndexEntry> segments;
  private final Optional<OplogSource> tail;
  private final Optime until;

  /**
   * @param segments in the order of their entries
   * @param until entries after this are not wanted
   */
  ArchivedOplog(
      ObjectStore store,
      List<SegmentIndexEntry> segments,
      Optional<OplogSource> tail,
      Optime until) {
    this.store = store;
    this.segments = List.copyOf(segments);
    this.tail = tail;
    this.until = until;
  }

  @Override
  public String location() {
    return segments.size()
        + " segments of "
        + store.location()
        + tail.map(source -> " and " + source.location()).orElse("");
  }

  /** The plan found that everything up to there is in the segments and the tail. */
  @Override
  public Optional<Optime> completeThrough() {
    return Optional.of(until);
  }

  @Override
  public Cursor open(Optime from) {
    return new ArchiveCursor(from);
  }

  private final class ArchiveCursor implements Cursor {
    private final Optime from;
    private int nextSegment;
    private SegmentCursor segment;
    private Cursor tailCursor;
    private boolean inTail;
    private Optime last = Optime.ZERO;

    ArchiveCursor(Optime from) {
      this.from = from;
    }

    @Override
    public BsonSlice next() throws IOException {
      while (true) {
        BsonSlice entry = inTail ? fromTail() : fromSegments();
        if (entry == null) {
          if (inTail) {
            return null;
          }
          inTail = true;
          continue;
        }
        Optime optime = new Optime(entry.find("ts").timestamp());
        if (optime.isAfter(until)) {
          return null;
        }
        if (optime.isAfter(last)) {
          last = optime;
          return entry;
        }
      }
    }

    private BsonSlice fromSegments() {
      while (true) {
        if (segment == null) {
          if (nextSegment == segments.size()) {
            return null;
          }
          SegmentIndexEntry next = segments.get(nextSegment++);
          if (new Optime(next.getLastTs()).isBefore(from)
              || new Optime(next.getFirstTs()).isAfter(until)) {
            continue;
          }
          segment = SegmentReader.open(store, next).entries(from, until);
        }
        OplogEventView event = segment.next();
        if (event != null) {
          ByteBuffer raw = event.entry();
          byte[] bytes = new byte[raw.remaining()];
          raw.duplicate().get(bytes);
          return BsonSlice.of(bytes);
        }
        segment.close();
        segment = null;
      }
    }

    private BsonSlice fromTail() throws IOException {
      if (tail.isEmpty()) {
        return null;
      }
      if (tailCursor == null) {
        tailCursor = tail.get().open(from);
      }
      return tailCursor.next();
    }

    @Override
    public void close() throws IOException {
      if (segment != null) {
        segment.close();
      }
      if (tailCursor != null) {
        tailCursor.close();
      }
    }
  }
}
