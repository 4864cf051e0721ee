package dev.tidemark.restorer.merge;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs pieces of work on some threads and ends all of them when one fails. */
final class WorkerPool {

  /** A piece of work. */
  @FunctionalInterface
  interface Task {
    void run() throws IOException;
  }

  private WorkerPool() {}

  /** Runs all tasks; they begin in their order. */
  static void run(int threads, List<Task> tasks) throws IOException {
    if (threads == 1 || tasks.size() < 2) {
      for (Task task : tasks) {
        task.run();
      }
      return;
    }
    ExecutorService executor = Executors.newFixedThreadPool(Math.min(threads, tasks.size()));
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Task task : tasks) {
        running.add(
            executor.submit(
                () -> {
                  task.run();
                  return null;
                }));
      }
      for (Future<?> future : running) {
        await(future);
      }
    } finally {
      stop(executor);
    }
  }

  /** The result of a piece of work, or its failure. */
  static <T> T await(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      if (cause instanceof Error failure) {
        throw failure;
      }
      throw cause instanceof IOException failure ? failure : new IOException(cause);
    }
  }

  /** Ends what runs and waits for it, so that nobody uses what is closed next. */
  static void stop(ExecutorService executor) {
    executor.shutdownNow();
    boolean interrupted = false;
    while (!executor.isTerminated()) {
      try {
        if (executor.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static IOException interrupted(InterruptedException cause) {
    return new InterruptedIOException("the restore was interrupted: " + cause);
  }
}
