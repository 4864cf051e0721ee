package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * Changes the catalogue of a target, whose lease is held. A change counts once a majority has it:
 * one that a failover took back would never be made again, because whoever goes on does not look.
 *
 * <p>A change says which collection it means where the target takes that (server 6.0): what a
 * paused worker had begun to send must not reach a collection that the next holder of the lease has
 * put in its place.
 *
 * @param target where
 * @param lease bounds how long a change may take
 * @param expecting whether the target takes {@code collectionUUID}
 */
record CatalogueCommand(Deployment target, TargetLease lease, boolean expecting) {

  /**
   * Drops a collection or view; that it is gone already is fine.
   *
   * @param meant the collection; empty for a view, or where the name says it
   */
  void drop(String namespace, Optional<UUID> meant) {
    int dot = namespace.indexOf('.');
    BsonDocument drop = new BsonDocument("drop", new BsonString(namespace.substring(dot + 1)));
    try {
      send(namespace.substring(0, dot), drop, meant);
    } catch (MongoException e) {
      if (e.getCode() != ServerFailures.NAMESPACE_NOT_FOUND) {
        throw failed(e, "drop " + namespace);
      }
    }
  }

  /**
   * Renames a collection.
   *
   * @param meant the collection, if known
   * @param replaced the one that has the other name by now and makes way; empty if none may have it
   */
  void rename(String from, String to, Optional<UUID> meant, Optional<UUID> replaced) {
    BsonDocument rename =
        new BsonDocument("renameCollection", new BsonString(from)).append("to", new BsonString(to));
    replaced.ifPresent(
        uuid -> rename.append("dropTarget", expecting ? new BsonBinary(uuid) : BsonBoolean.TRUE));
    run("admin", rename, meant, "rename " + from + " to " + to);
  }

  /**
   * Makes a change.
   *
   * @param meant the collection that is changed, if known
   * @param doing what, for messages
   * @throws TidemarkException TARGET_LEASE_LOST, or what the target's answer means
   */
  void run(String database, BsonDocument command, Optional<UUID> meant, String doing) {
    try {
      send(database, command, meant);
    } catch (MongoException e) {
      throw failed(e, doing);
    }
  }

  private void send(String database, BsonDocument command, Optional<UUID> meant) {
    meant
        .filter(uuid -> expecting)
        .ifPresent(uuid -> command.append("collectionUUID", new BsonBinary(uuid)));
    // Made, but not known to be there for good: the target's answer then counts as interrupted.
    var unused = target.runForMajority(database, command, lease.remaining());
  }

  private TidemarkException failed(MongoException e, String doing) {
    if (e.getCode() == ServerFailures.COLLECTION_UUID_MISMATCH) {
      // Most likely put there by the next holder, and then this is to be told.
      var unused = lease.remaining();
    }
    return ServerFailures.ofTarget(e, doing, target.toString());
  }
}
