package dev.tidemark.benchmarks.capture;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Single writes at a steady rate, from several threads, each with a number in it. */
final class PacedWriters {

  private static final int THREADS = 4;
  private static final String MARK = "w-";
  private static final int DIGITS = 8;

  private final Source source;
  private final Candidate candidate;
  private final long[] acknowledged;
  private final double rate;
  private final AtomicInteger next = new AtomicInteger();

  PacedWriters(Source source, Candidate candidate, int writes, double rate) {
    this.source = source;
    this.candidate = candidate;
    this.acknowledged = new long[writes];
    this.rate = rate;
  }

  /** Starts them; the times of acknowledgement are complete when the future is. */
  CompletableFuture<long[]> start() {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    long begin = System.nanoTime();
    CompletableFuture<?>[] writers = new CompletableFuture<?>[THREADS];
    for (int i = 0; i < THREADS; i++) {
      writers[i] = CompletableFuture.runAsync(() -> write(begin), threads);
    }
    threads.shutdown();
    return CompletableFuture.allOf(writers).thenApply(done -> acknowledged);
  }

  private void write(long begin) {
    for (int number = next.getAndIncrement();
        number < acknowledged.length;
        number = next.getAndIncrement()) {
      long due = begin + (long) (number / rate * 1e9);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      source.insertOne(candidate, text(number));
      acknowledged[number] = System.nanoTime();
    }
  }

  /** The text of a write with a number. */
  static String text(int number) {
    return MARK + String.format("%0" + DIGITS + "d", number);
  }

  /** The number in a record's value, whatever its format, or -1. */
  static int numberIn(byte[] value) {
    for (int i = 0; i <= value.length - MARK.length() - DIGITS; i++) {
      if (value[i] == 'w' && value[i + 1] == '-') {
        int number = 0;
        int digits = 0;
        while (digits < DIGITS && Character.isDigit(value[i + 2 + digits])) {
          number = number * 10 + value[i + 2 + digits] - '0';
          digits++;
        }
        if (digits == DIGITS) {
          return number;
        }
      }
    }
    return -1;
  }
}
