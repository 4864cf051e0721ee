package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.store.UploadStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the compressed ranges of one collection one after another into one object, in the order of
 * the ranges, whatever the order in which they are read. Thread-safe.
 */
final class CollectionUpload implements AutoCloseable {

  private record Waiting(KeyRange range, RangeSpool spool, RangeReader.Outcome outcome) {}

  private final UploadStream out;
  private final int ranges;
  private final Map<Integer, Waiting> waiting = new HashMap<>();
  private final List<StoredRange> stored = new ArrayList<>();

  CollectionUpload(UploadStream out, int ranges) {
    this.out = out;
    this.ranges = ranges;
  }

  /**
   * Takes a range that was read.
   *
   * @return how many ranges were appended by it: none while one before it is missing
   */
  synchronized int add(int number, KeyRange range, RangeSpool spool, RangeReader.Outcome outcome)
      throws IOException {
    waiting.put(number, new Waiting(range, spool, outcome));
    int appended = 0;
    for (Waiting next = waiting.remove(stored.size());
        next != null;
        next = waiting.remove(stored.size())) {
      append(next);
      appended++;
    }
    if (stored.size() == ranges) {
      out.complete();
    }
    return appended;
  }

  private void append(Waiting next) throws IOException {
    long offset = out.written();
    try (InputStream in = next.spool.open()) {
      in.transferTo(out);
    }
    next.spool.discard();
    stored.add(
        StoredRange.of(next.range, offset, out.written() - offset, out.takeCrc32c(), next.outcome));
  }

  /** All ranges, once the last one is there. */
  synchronized List<StoredRange> stored() {
    if (stored.size() != ranges) {
      throw new IllegalStateException(stored.size() + " of " + ranges + " ranges are stored");
    }
    return List.copyOf(stored);
  }

  @Override
  public synchronized void close() throws IOException {
    for (Waiting left : waiting.values()) {
      left.spool.discard();
    }
    waiting.clear();
    out.close();
  }
}
