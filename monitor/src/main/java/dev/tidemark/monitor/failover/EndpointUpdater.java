package dev.tidemark.monitor.failover;

import org.apache.kafka.common.Configurable;

/**
 * Tells somebody where the primary is. Own ones are named in {@code failover.updaters}; they have a
 * public constructor without parameters and get the monitor's settings by {@link
 * Configurable#configure}.
 *
 * <p>Called by one thread per cluster, possibly several times for one primary: each call must leave
 * the same result.
 */
public interface EndpointUpdater extends Configurable {

  /** A short name for logs and for the times of the steps. */
  String name();

  /**
   * Tells it, for a bounded time.
   *
   * @throws RuntimeException if it did not succeed; it is called again after some seconds
   * @throws InterruptedException if the thread is to end
   */
  void update(PrimaryEndpoint endpoint) throws InterruptedException;
}
