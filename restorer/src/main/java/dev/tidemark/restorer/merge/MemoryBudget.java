package dev.tidemark.restorer.merge;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what touched documents take in memory, in bytes. Thread-safe. */
final class MemoryBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  MemoryBudget(long limit) {
    this.limit = limit;
  }

  void add(long bytes) {
    used.addAndGet(bytes);
  }

  boolean exceeded() {
    return used.get() > limit;
  }

  long limit() {
    return limit;
  }
}
