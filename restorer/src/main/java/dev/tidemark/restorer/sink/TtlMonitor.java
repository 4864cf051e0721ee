package dev.tidemark.restorer.sink;

import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the target's primary from deleting documents that expired between the restored moment and
 * now, until the restore is over. Used by one thread.
 */
public final class TtlMonitor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TtlMonitor.class);
  private static final String PARAMETER = "ttlMonitorEnabled";

  private final Deployment target;
  private final TargetLease lease;
  private final String warning;
  private boolean switchedOff;

  private TtlMonitor(Deployment target, TargetLease lease, boolean switchedOff, String warning) {
    this.target = target;
    this.lease = lease;
    this.switchedOff = switchedOff;
    this.warning = warning;
  }

  /**
   * Switches it off if it is on.
   *
   * @param lease of the target: who has lost it leaves the monitor to the next holder
   * @param left whether this restore left it off before, when it lost the lease
   */
  public static TtlMonitor switchOff(Deployment target, TargetLease lease, boolean left) {
    try {
      BsonDocument now =
          target.run(
              "admin",
              new BsonDocument("getParameter", new BsonInt32(1))
                  .append(PARAMETER, new BsonInt32(1)));
      if (!now.getBoolean(PARAMETER, BsonBoolean.TRUE).getValue()) {
        if (left) {
          return new TtlMonitor(target, lease, true, "");
        }
        return new TtlMonitor(
            target,
            lease,
            false,
            "The TTL monitor of the target was off already, possibly since a worker died that had"
                + " switched it off, and stays off; to switch it on: setParameter "
                + PARAMETER
                + ".");
      }
      set(target, false);
      return new TtlMonitor(target, lease, true, "");
    } catch (MongoException e) {
      LOG.warn("The TTL monitor of {} stays on: {}", target, ServerFailures.text(e));
      return new TtlMonitor(
          target,
          lease,
          false,
          "The TTL monitor of the target could not be switched off: documents that have expired by"
              + " now may be deleted as soon as their TTL index is built.");
    }
  }

  /** Whether it is this restore that has it off. */
  public boolean isSwitchedOff() {
    return switchedOff;
  }

  /** What the operator should know; empty if all is well. */
  public String warning() {
    return warning;
  }

  private static void set(Deployment target, boolean enabled) {
    target.run(
        "admin",
        new BsonDocument("setParameter", new BsonInt32(1))
            .append(PARAMETER, BsonBoolean.valueOf(enabled)));
  }

  /** Switches it on again if it was on before. */
  @Override
  public void close() {
    if (!switchedOff) {
      return;
    }
    try {
      var unused = lease.remaining();
      set(target, true);
      switchedOff = false;
    } catch (TidemarkException e) {
      LOG.warn("The TTL monitor of {} is left to whoever has the target now", target, e);
    } catch (MongoException e) {
      LOG.warn(
          "The TTL monitor of {} could not be switched on again; do it by hand: setParameter {}",
          target,
          PARAMETER,
          e);
    }
  }
}
