package dev.tidemark.restorer.merge;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Hands over all surviving documents of an overlay, partitions in parallel where possible. */
final class OverlayDrain {

  /** Less is not worth a division into more files. */
  private static final long LEAST_SHARE = 1 << 20;

  private final Overlay overlay;
  private final Survivors survivors;
  private final int lanes;
  private final long memory;

  /**
   * @param lanes how many partitions are folded at the same time
   * @param memory what they may take together
   */
  OverlayDrain(Overlay overlay, Survivors survivors, int lanes, long memory) {
    this.overlay = overlay;
    this.survivors = survivors;
    this.lanes = lanes;
    this.memory = memory;
  }

  /** In any order, every partition by one thread. */
  void inParallel() throws IOException {
    List<WorkerPool.Task> tasks = new ArrayList<>();
    for (int i = 0; i < Overlay.PARTITIONS; i++) {
      int partition = i;
      tasks.add(() -> drain(partition));
    }
    WorkerPool.run(lanes, tasks);
  }

  private void drain(int partition) throws IOException {
    if (overlay.isSpilled(partition)) {
      try (Overlay folded = overlay.unspilled(partition, Math.max(LEAST_SHARE, memory / lanes))) {
        folded.drainAll(partition, survivors);
      }
    } else {
      overlay.drain(partition, survivors);
    }
    survivors.done(partition);
  }

  /** By one thread in the order of the partitions; spilled ones are folded ahead by others. */
  void inOrder() throws IOException {
    int next = 0;
    for (; next < Overlay.PARTITIONS && !overlay.isSpilled(next); next++) {
      drain(next);
    }
    if (lanes == 1) {
      for (; next < Overlay.PARTITIONS; next++) {
        drain(next);
      }
    } else {
      spilledInOrder(next);
    }
  }

  private void spilledInOrder(int first) throws IOException {
    // One more than the lanes: the one that is being written.
    long share = Math.max(LEAST_SHARE, memory / (lanes + 1));
    ExecutorService executor = Executors.newFixedThreadPool(lanes);
    Deque<Future<Overlay>> ahead = new ArrayDeque<>();
    try {
      int submitted = first;
      for (int partition = first; partition < Overlay.PARTITIONS; partition++) {
        for (; submitted < Overlay.PARTITIONS && ahead.size() <= lanes; submitted++) {
          int folded = submitted;
          ahead.add(executor.submit(() -> overlay.unspilled(folded, share)));
        }
        try (Overlay folded = WorkerPool.await(ahead.remove())) {
          folded.drainAll(partition, survivors);
        }
        survivors.done(partition);
      }
    } finally {
      WorkerPool.stop(executor);
      for (Future<Overlay> unread : ahead) {
        if (unread.isDone() && !unread.isCancelled()) {
          closeQuietly(unread);
        }
      }
    }
  }

  /** Another failure is on its way out already. */
  private static void closeQuietly(Future<Overlay> unread) {
    try {
      WorkerPool.await(unread).close();
    } catch (IOException | RuntimeException e) {
      // Its file lies in the temporary directory, which goes away as a whole.
      return;
    }
  }
}
