package dev.tidemark.archive.segment;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.chain.Verdict;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Segments that follow each other, read as one run of entries. Upcoming segments are fetched ahead,
 * and every entry has to continue the chain.
 *
 * <p>May be opened repeatedly. Thread-safe; each cursor is not.
 */
public final class SegmentSequence {

  private static final int MAX_SEGMENTS_AHEAD = 8;
  private static final long MAX_BYTES_AHEAD = 32L * 1024 * 1024;

  private final ObjectStore store;
  private final List<SegmentIndexEntry> segments;

  /**
   * @param segments in chain; what an index says of them is compared with what they say
   */
  public SegmentSequence(ObjectStore store, List<SegmentIndexEntry> segments) {
    this.store = store;
    this.segments = List.copyOf(segments);
  }

  /** Where the segments are, for messages. */
  public String location() {
    return segments.isEmpty()
        ? store.location()
        : SegmentReader.where(store, segments.get(0).getObjectKey())
            + " and "
            + (segments.size() - 1)
            + " more";
  }

  /**
   * The entries whose optimes lie in a range, both ends included.
   *
   * @return a cursor that fails with {@code ARCHIVE_CHAIN_BROKEN} where an entry does not follow
   *     the one before; the caller closes it
   */
  public EventCursor open(Optime from, Optime to) {
    List<SegmentIndexEntry> needed =
        segments.stream()
            .filter(
                s ->
                    !new Optime(s.getLastTs()).isBefore(from)
                        && !new Optime(s.getFirstTs()).isAfter(to))
            .toList();
    return new Run(store, needed, from, to);
  }

  private record Ahead(SegmentIndexEntry entry, Future<byte[]> bytes) {}

  private static final class Run implements EventCursor {

    private final ObjectStore store;
    private final Deque<SegmentIndexEntry> waiting;
    private final Deque<Ahead> ahead = new ArrayDeque<>();
    private final Optime from;
    private final Optime to;
    private final ExecutorService executor;
    private long bytesAhead;
    private SegmentIndexEntry segment;
    private SegmentCursor current;
    private Chain chain;

    Run(ObjectStore store, List<SegmentIndexEntry> segments, Optime from, Optime to) {
      this.store = store;
      this.waiting = new ArrayDeque<>(segments);
      this.from = from;
      this.to = to;
      this.executor =
          Executors.newFixedThreadPool(
              MAX_SEGMENTS_AHEAD / 2,
              task -> {
                Thread thread = new Thread(task, "segment-fetch");
                thread.setDaemon(true);
                return thread;
              });
    }

    @Override
    public OplogEventView next() {
      while (true) {
        if (current == null && !openNext()) {
          return null;
        }
        OplogEventView event = current.next();
        if (event == null) {
          current.close();
          current = null;
        } else if (follows(event)) {
          return event;
        }
      }
    }

    private boolean follows(OplogEventView event) {
      if (chain == null) {
        chain = Chain.after(new ChainPosition(event.ts(), event.term()));
        return true;
      }
      ChainPosition before = chain.last();
      Verdict verdict = chain.next(event);
      if (verdict == Verdict.NEXT) {
        return true;
      }
      if (verdict == Verdict.DUPLICATE) {
        // Segments may overlap while compaction replaces them.
        return false;
      }
      throw new ArchiveException(
          verdict == Verdict.DIVERGENCE
              ? ArchiveError.ARCHIVE_DIVERGED
              : ArchiveError.ARCHIVE_CHAIN_BROKEN,
          "entry %s names %s as the one before, but that is %s"
              .formatted(
                  new Optime(event.ts()),
                  new ChainPosition(event.prevTs(), event.prevTerm()),
                  before),
          SegmentReader.where(store, segment.getObjectKey()),
          "Run tidemark verify to see what is missing");
    }

    private boolean openNext() {
      fetchAhead();
      if (ahead.isEmpty()) {
        return false;
      }
      Ahead next = ahead.removeFirst();
      bytesAhead -= next.entry.getObjectBytes();
      byte[] bytes = await(next);
      fetchAhead();
      segment = next.entry;
      current =
          SegmentReader.open(
                  range -> slice(bytes, range),
                  segment,
                  SegmentReader.where(store, segment.getObjectKey()))
              .entries(from, to);
      return true;
    }

    private void fetchAhead() {
      while (!waiting.isEmpty()
          && ahead.size() < MAX_SEGMENTS_AHEAD
          && (ahead.isEmpty() || bytesAhead < MAX_BYTES_AHEAD)) {
        SegmentIndexEntry entry = waiting.removeFirst();
        ahead.addLast(new Ahead(entry, executor.submit(() -> store.read(entry.getObjectKey()))));
        bytesAhead += entry.getObjectBytes();
      }
    }

    private static byte[] await(Ahead next) {
      try {
        return next.bytes.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while reading the archive", e);
      }
    }

    private static byte[] slice(byte[] bytes, ByteRange range) {
      int start = (int) Math.min(bytes.length, range.offset());
      int end = (int) Math.min(bytes.length, range.offset() + range.length());
      return Arrays.copyOfRange(bytes, start, end);
    }

    @Override
    public void close() {
      executor.shutdownNow();
      if (current != null) {
        current.close();
      }
    }
  }
}
