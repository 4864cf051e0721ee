package dev.tidemark.archiver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A steady load on several replica sets, some thousand entries a second each, in which hours pass.
 * Written by the test's own thread while it waits for something.
 */
final class Load {

  private static final int BATCH = 25;
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int BATCHES_AN_HOUR = 150;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<TopicWriter> writers;
  private int batches;

  Load(TopicWriter... writers) {
    this.writers = List.of(writers);
  }

  /** Writes the start markers. */
  Load start() {
    writers.forEach(TopicWriter::start);
    return this;
  }

  /** Writes until something has happened. */
  void until(String what, BooleanSupplier condition) {
    long started = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - started > PATIENCE.toNanos()) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      batch();
    }
  }

  /** Writes for some time. */
  void last(Duration time) {
    long started = System.nanoTime();
    while (System.nanoTime() - started < time.toNanos()) {
      batch();
    }
  }

  /** Writes what ends the open segments. */
  void end() {
    for (TopicWriter writer : writers) {
      writer.heartbeatAfter(1_000);
      writer.flush();
    }
  }

  private void batch() {
    boolean newHour = ++batches % BATCHES_AN_HOUR == 0;
    for (TopicWriter writer : writers) {
      if (newHour) {
        writer.passTime(3_600);
      }
      writer.entries(BATCH);
      writer.flush();
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }
}
