package dev.tidemark.restorer.sink;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.UpdateOptions;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the target's primary from deleting documents that expired between the restored moment and
 * now, until the restore is over. A note beside the lease tells whoever takes the target next,
 * after a worker died or lost it, that it was a restore that switched the monitor off. It means the
 * one run of the server that it names: a restarted one has its monitor on or off by its own
 * configuration, and the note may have come with a copy of the data. Used by one thread.
 */
public final class TtlMonitor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TtlMonitor.class);
  private static final String PARAMETER = "ttlMonitorEnabled";
  private static final BsonDocument NOTE = new BsonDocument("_id", new BsonString("ttl-monitor"));
  private static final long TIMEOUT_MS = 10_000;
  private static final String NOTED = "switchedOff";
  private static final String PROCESS = "process";
  private static final String EPOCH = "epoch";

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
   */
  public static TtlMonitor switchOff(Deployment target, TargetLease lease) {
    try {
      BsonDocument now =
          target.run(
              "admin",
              new BsonDocument("getParameter", new BsonInt32(1))
                  .append(PARAMETER, new BsonInt32(1)));
      if (!now.getBoolean(PARAMETER, BsonBoolean.TRUE).getValue()) {
        if (isNoted(target)) {
          note(target, lease);
          return new TtlMonitor(target, lease, true, "");
        }
        return new TtlMonitor(
            target,
            lease,
            false,
            "The TTL monitor of the target was off already, not by a restore, and stays off; to"
                + " switch it on: setParameter "
                + PARAMETER
                + ".");
      }
      note(target, lease);
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

  /** What the operator should know; empty if all is well. */
  public String warning() {
    return warning;
  }

  private static boolean isNoted(Deployment target) {
    BsonDocument note = notes(target).find(NOTE).first();
    return note != null
        && note.getBoolean(NOTED, BsonBoolean.FALSE).getValue()
        && process(target).equals(note.get(PROCESS));
  }

  /** Which run of the server answers; null of a server that does not tell (before 4.4). */
  private static BsonValue process(Deployment target) {
    return target
        .run("admin", new BsonDocument("hello", new BsonInt32(1)))
        .getDocument("topologyVersion", new BsonDocument())
        .get("processId", BsonNull.VALUE);
  }

  /** Notes that it is off by this holder of the lease; fails where a later one has noted that. */
  private static void note(Deployment target, TargetLease lease) {
    BsonInt64 epoch = new BsonInt64(lease.epoch());
    BsonDocument noLater = new BsonDocument("$not", new BsonDocument("$gt", epoch));
    BsonDocument off =
        new BsonDocument(NOTED, BsonBoolean.TRUE)
            .append(PROCESS, process(target))
            .append(EPOCH, epoch);
    var unused =
        notes(target)
            .updateOne(
                NOTE.clone().append(EPOCH, noLater),
                new BsonDocument("$set", off),
                new UpdateOptions().upsert(true));
  }

  /** Takes back what this holder of the lease has noted, and nobody else. */
  private void takeBack() {
    var unused =
        notes(target)
            .updateOne(
                NOTE.clone().append(EPOCH, new BsonInt64(lease.epoch())),
                new BsonDocument("$set", new BsonDocument(NOTED, BsonBoolean.FALSE)));
  }

  private static MongoCollection<BsonDocument> notes(Deployment target) {
    return target
        .client()
        .getDatabase(MongoLeases.DATABASE)
        .getCollection(MongoLeases.COLLECTION, BsonDocument.class)
        .withReadPreference(ReadPreference.primary())
        .withReadConcern(ReadConcern.MAJORITY)
        .withWriteConcern(WriteConcern.MAJORITY.withWTimeout(TIMEOUT_MS, TimeUnit.MILLISECONDS));
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
      return;
    } catch (MongoException e) {
      LOG.warn(
          "The TTL monitor of {} could not be switched on again; do it by hand: setParameter {}",
          target,
          PARAMETER,
          e);
      return;
    }
    try {
      takeBack();
    } catch (MongoException e) {
      LOG.warn(
          "The TTL monitor of {} is on again, but the note that it is off could not be taken back:"
              + " if it is switched off by hand before the server starts anew, the next restore"
              + " switches it on",
          target,
          e);
    }
  }
}
