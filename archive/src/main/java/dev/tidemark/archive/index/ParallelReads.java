package dev.tidemark.archive.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does many small reads at a time, because an object store answers each one slowly. */
public final class ParallelReads implements AutoCloseable {

  private static final int THREADS = 16;

  private final ExecutorService executor;

  public ParallelReads() {
    this.executor =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "archive-read");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The results, in the order of the items; the first failure is thrown. */
  public <T, R> List<R> map(Collection<T> items, Function<T, R> read) {
    List<Future<R>> futures = new ArrayList<>(items.size());
    for (T item : items) {
      futures.add(executor.submit(() -> read.apply(item)));
    }
    List<R> results = new ArrayList<>(items.size());
    try {
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      futures.forEach(future -> future.cancel(true));
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      futures.forEach(future -> future.cancel(true));
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading the archive", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
