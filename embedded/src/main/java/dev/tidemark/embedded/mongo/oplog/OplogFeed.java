package dev.tidemark.embedded.mongo.oplog;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Appends the entries of a file to a simulated member's oplog, live, at a steady rate. The first
 * entry is there from the beginning, since no oplog is ever empty; the others come once {@link
 * #start} is called. Thread-safe.
 */
public final class OplogFeed implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(5);

  private final OplogFile file;
  private final Consumer<List<RawDocument>> sink;
  private final AtomicLong appended = new AtomicLong();
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private final Thread thread;
  private volatile double entriesPerSecond;

  public OplogFeed(Path path, Consumer<List<RawDocument>> sink) throws IOException {
    this.file = new OplogFile(path);
    this.sink = sink;
    this.thread = new Thread(this::run, "simulator-feed");
    thread.setDaemon(true);
    append(1);
  }

  /**
   * Begins to append the rest; to be called once.
   *
   * @param rate entries per second
   */
  public void start(double rate) {
    if (rate <= 0) {
      throw new IllegalArgumentException("a feed needs a rate above 0: " + rate);
    }
    entriesPerSecond = rate;
    thread.start();
  }

  private void run() {
    try (file) {
      long begin = System.nanoTime();
      long alreadyThere = appended.get();
      boolean more = true;
      while (more && !Thread.currentThread().isInterrupted()) {
        double due = (System.nanoTime() - begin) / 1e9 * entriesPerSecond;
        int missing = (int) Math.min(10_000, alreadyThere + (long) due - appended.get());
        if (missing > 0) {
          more = append(missing);
        }
        Thread.sleep(TICK.toMillis());
      }
      done.complete(appended.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done.completeExceptionally(e);
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  /** Returns whether there may be more. */
  private boolean append(int count) throws IOException {
    List<RawDocument> batch = new ArrayList<>(count);
    RawDocument entry = null;
    while (batch.size() < count && (entry = file.next()) != null) {
      batch.add(entry);
    }
    if (!batch.isEmpty()) {
      sink.accept(batch);
      appended.addAndGet(batch.size());
    }
    return entry != null;
  }

  /** Entries appended so far. */
  public long appended() {
    return appended.get();
  }

  public boolean isDone() {
    return done.isDone();
  }

  /**
   * Waits for the end of the file.
   *
   * @return the number of entries in it
   * @throws IOException if the file could not be read to its end
   */
  public long await(Duration atMost) throws IOException, InterruptedException, TimeoutException {
    try {
      return done.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the feed ended early", e.getCause());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
