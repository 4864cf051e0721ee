package dev.tidemark.embedded.mongo.oplog;

import java.time.Duration;

/**
 * Writes a noop whenever the oplog has stood still for a while, as a primary does, so that readers
 * can tell an idle set from a dead one.
 */
public final class NoopTicker implements AutoCloseable {

  private final Thread thread;

  private NoopTicker(Thread thread) {
    this.thread = thread;
  }

  /**
   * @param interval zero for never
   */
  public static NoopTicker start(Duration interval, OplogStore oplog, Runnable noop) {
    Thread thread = new Thread(() -> run(interval, oplog, noop), "simulator-noops");
    thread.setDaemon(true);
    if (!interval.isZero()) {
      thread.start();
    }
    return new NoopTicker(thread);
  }

  private static void run(Duration interval, OplogStore oplog, Runnable noop) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long newest = oplog.newest().timestamp();
        if (!oplog.await(newest, false, interval, () -> false)) {
          noop.run();
        } else {
          // Busy; look again after a while instead of at every entry.
          Thread.sleep(interval.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
