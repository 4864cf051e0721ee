package dev.tidemark.monitor.delivery;

import dev.tidemark.oplog.error.TidemarkException;

/** A way to hand something over. Called by one thread at a time. */
@FunctionalInterface
public interface Delivery<T> {

  /**
   * Hands it over and returns once it was taken.
   *
   * @throws TidemarkException {@code MONITOR_DELIVERY_REFUSED} if trying again cannot help
   * @throws RuntimeException anything else if it may
   * @throws InterruptedException if the thread is to end
   */
  void deliver(T message) throws InterruptedException;
}
