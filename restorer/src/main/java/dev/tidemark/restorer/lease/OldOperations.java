package dev.tidemark.restorer.lease;

import com.mongodb.MongoException;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what connections of an earlier epoch still run on the server. */
final class OldOperations {

  private static final Logger LOG = LoggerFactory.getLogger(OldOperations.class);

  private OldOperations() {}

  /**
   * Kills the operations of an application name. Best effort: every write of an earlier epoch is
   * bounded by a maxTimeMS that ends before its expiry anyway.
   */
  static void kill(Deployment deployment, String applicationName) {
    try {
      BsonDocument running =
          deployment.run(
              "admin",
              new BsonDocument("currentOp", new BsonInt32(1))
                  .append("$ownOps", BsonBoolean.TRUE)
                  .append("appName", new BsonString(applicationName)));
      for (BsonValue operation : running.getArray("inprog")) {
        BsonValue id = operation.asDocument().get("opid");
        if (id != null) {
          LOG.warn("Killing operation {} of {} on {}", id, applicationName, deployment);
          deployment.run("admin", new BsonDocument("killOp", new BsonInt32(1)).append("op", id));
        }
      }
    } catch (MongoException e) {
      LOG.warn(
          "Could not look for operations of {} on {}: {}",
          applicationName,
          deployment,
          ServerFailures.text(e));
    }
  }
}
