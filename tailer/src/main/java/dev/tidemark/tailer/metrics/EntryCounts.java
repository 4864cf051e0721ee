package dev.tidemark.tailer.metrics;

import dev.tidemark.oplog.entry.OplogEntry;
import java.util.Arrays;

/** Counts entries between two visits to the meters, which lock. Used by the reading thread only. */
public final class EntryCounts {

  private static final int KINDS = EntryKind.values().length;

  final long[] entries = new long[KINDS];
  final long[] bytes = new long[KINDS];
  long largest;
  long newestTerm = OplogEntry.NO_TERM;

  /** Counts an entry. */
  public void add(OplogEntry entry) {
    int kind = EntryKind.of(entry.op()).ordinal();
    int size = entry.raw().length();
    entries[kind]++;
    bytes[kind] += size;
    largest = Math.max(largest, size);
    newestTerm = entry.term();
  }

  void clear() {
    Arrays.fill(entries, 0);
    Arrays.fill(bytes, 0);
    largest = 0;
  }
}
