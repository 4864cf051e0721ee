package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.sink.MongoRestoreSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;

/**
 * The leases of the deployments that a restore writes into, and the connections that renew them.
 * Used by one thread.
 */
final class HeldTargets implements AutoCloseable {

  private static final String APPLICATION = "tidemark-restore";

  private final LeaseTerms terms;
  private final Time time;
  private final List<Deployment> keepers = new ArrayList<>();
  private final List<TargetLease> leases = new ArrayList<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  HeldTargets(LeaseTerms terms, Time time) {
    this.terms = terms;
    this.time = time;
  }

  /**
   * Takes one more.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException TARGET_BUSY, REQUEST_CANCELLED, or why the
   *     target cannot be reached or written
   */
  void take(DeploymentAddress address, String worker, String request, BooleanSupplier cancelled) {
    Deployment keeper = Deployment.open(address, APPLICATION);
    open.push(keeper);
    keepers.add(keeper);
    TargetLease lease = new MongoLeases(keeper, terms, time).take(worker, request, cancelled);
    open.push(lease);
    leases.add(lease);
  }

  /** The lease of the nth that was taken. */
  TargetLease lease(int index) {
    return leases.get(index);
  }

  /** The restore is over: nothing is left to go on with. */
  void over(String request) {
    for (int i = 0; i < leases.size(); i++) {
      MongoRestoreSink.forgetProgress(keepers.get(i), leases.get(i), request);
      leases.get(i).release(true);
    }
  }

  /** Gives everything back; what was not over can be gone on with. */
  @Override
  public void close() {
    RuntimeException first = null;
    for (AutoCloseable resource : open) {
      try {
        resource.close();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      } catch (Exception e) {
        throw new IllegalStateException("neither leases nor connections throw this", e);
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
