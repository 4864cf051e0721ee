package dev.tidemark.restorer.snapshot;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs pieces of work at the same time and waits for all of them. */
final class SideBySide {

  private SideBySide() {}

  /**
   * Runs them.
   *
   * @param onFailure makes the others end when one has failed
   * @return the results, in the order of the work
   * @throws RuntimeException or an {@link IOException}: the failure that began it
   */
  static <T> List<T> run(List<Callable<T>> work, Runnable onFailure)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<T> piece : work) {
        running.add(threads.submit(() -> announced(piece, onFailure)));
      }
      List<T> results = new ArrayList<>();
      Throwable first = null;
      for (Future<T> future : running) {
        try {
          results.add(future.get());
        } catch (ExecutionException e) {
          first = moreTelling(first, e.getCause());
        }
      }
      if (first != null) {
        throwIt(first);
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T announced(Callable<T> piece, Runnable onFailure) throws Exception {
    boolean done = false;
    try {
      T result = piece.call();
      done = true;
      return result;
    } finally {
      if (!done) {
        onFailure.run();
      }
    }
  }

  /** Not that of a piece which ended because another one had failed. */
  private static Throwable moreTelling(Throwable one, Throwable other) {
    boolean ended =
        one instanceof TidemarkException failure
            && failure.code() == RestorerError.REQUEST_CANCELLED;
    return one == null || ended ? other : one;
  }

  private static void throwIt(Throwable failure) throws IOException {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    throw failure instanceof IOException io ? io : new IOException(failure);
  }
}
