package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.sink.MongoRestoreSink;
import dev.tidemark.restorer.sink.TtlMonitor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;

/**
 * The leases of the deployments that a restore writes into, the connections that renew them, and
 * their TTL monitors, which stay off until the request is over: whoever goes on, this worker in
 * another attempt or another one, may have to find everything as it was written. Used by one
 * thread.
 */
final class HeldTargets implements AutoCloseable {

  private static final String APPLICATION = "tidemark-restore";

  private final LeaseTerms terms;
  private final Time time;
  private final List<Deployment> keepers = new ArrayList<>();
  private final List<TargetLease> leases = new ArrayList<>();
  private final List<TtlMonitor> ttlMonitors = new ArrayList<>();
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
    ttlMonitors.add(TtlMonitor.switchOff(keeper, lease));
  }

  /** The lease of the nth that was taken. */
  TargetLease lease(int index) {
    return leases.get(index);
  }

  /** What the operator should know of the nth TTL monitor; at most one sentence. */
  List<String> ttlWarnings(int index) {
    String warning = ttlMonitors.get(index).warning();
    return warning.isEmpty() ? List.of() : List.of(warning);
  }

  /** The restore is over: nothing is left to go on with. */
  void over(String request) {
    for (int i = 0; i < leases.size(); i++) {
      ttlMonitors.get(i).close();
      MongoRestoreSink.forgetProgress(keepers.get(i), leases.get(i), request);
      leases.get(i).release(true);
    }
  }

  /** Whether so many were taken. */
  boolean holds(int count) {
    return ttlMonitors.size() == count;
  }

  /** Nobody goes on, and what was written is left to itself. */
  void failed() {
    ttlMonitors.forEach(TtlMonitor::close);
  }

  /** Gives the leases back; what was not over can be gone on with. */
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
