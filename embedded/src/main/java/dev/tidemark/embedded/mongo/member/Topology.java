package dev.tidemark.embedded.mongo.member;

import java.time.Duration;

/**
 * Whether the member is primary, and a version that rises whenever that changes, so that a driver's
 * monitor can wait for the change instead of asking again and again. Thread-safe.
 */
public final class Topology {

  private final byte[] processId;
  private boolean primary = true;
  private long version;

  Topology(byte[] processId) {
    this.processId = processId;
  }

  public byte[] processId() {
    return processId.clone();
  }

  public synchronized boolean isPrimary() {
    return primary;
  }

  public synchronized long version() {
    return version;
  }

  public synchronized void primary(boolean isPrimary) {
    primary = isPrimary;
    version++;
    notifyAll();
  }

  /** Waits until the version is another than the one known, or the time is over. */
  public synchronized void awaitOther(long known, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (version == known) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }
}
