package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
import com.mongodb.MongoSocketWriteTimeoutException;
import com.mongodb.ServerAddress;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Changes the catalogue of a target, whose lease is held. A change counts once a majority has it:
 * one that a failover took back would never be made again, because whoever goes on does not look.
 *
 * @param target where
 * @param lease bounds how long a change may take
 */
record CatalogueCommand(Deployment target, TargetLease lease) {

  /**
   * Makes a change.
   *
   * @param doing what, for messages
   * @throws dev.tidemark.oplog.error.TidemarkException TARGET_LEASE_LOST, or what the target's
   *     answer means
   */
  void run(String database, BsonDocument command, String doing) {
    long remaining = lease.remaining().toMillis();
    command
        .append("maxTimeMS", new BsonInt64(remaining))
        .append(
            "writeConcern",
            new BsonDocument("w", new BsonString("majority"))
                .append("wtimeout", new BsonInt32((int) Math.min(Integer.MAX_VALUE, remaining))));
    try {
      BsonDocument reply = target.run(database, command);
      if (reply.isDocument("writeConcernError")) {
        // Made, but not known to be there for good: it counts as interrupted.
        throw new MongoSocketWriteTimeoutException(
            "Write concern majority was not satisfied, code "
                + reply.getDocument("writeConcernError").getNumber("code").intValue(),
            new ServerAddress(target.address().hosts().get(0)),
            null);
      }
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, doing, target.toString());
    }
  }
}
