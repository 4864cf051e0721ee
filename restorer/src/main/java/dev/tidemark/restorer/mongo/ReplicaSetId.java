package dev.tidemark.restorer.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.types.ObjectId;

/**
 * The identity that a replica set is given when it is initiated and keeps for ever, whatever its
 * name and members: {@code settings.replicaSetId} of its configuration.
 */
public final class ReplicaSetId {

  private ReplicaSetId() {}

  /**
   * The id of the set that a deployment is; empty if it is no replica set, or has none.
   *
   * <p>Falls back to the configuration's own document in {@code local}, because reading it needs no
   * more than {@code read} on that database.
   */
  public static Optional<ObjectId> of(Deployment deployment) {
    try {
      return id(deployment.admin("replSetGetConfig").getDocument("config", new BsonDocument()));
    } catch (MongoCommandException e) {
      return fromLocal(deployment);
    }
  }

  private static Optional<ObjectId> fromLocal(Deployment deployment) {
    BsonDocument find =
        new BsonDocument("find", new BsonString("system.replset"))
            .append("limit", new BsonInt32(1))
            .append("singleBatch", org.bson.BsonBoolean.TRUE);
    try {
      return deployment
          .runAnywhere("local", find)
          .getDocument("cursor")
          .getArray("firstBatch")
          .stream()
          .findFirst()
          .flatMap(config -> id(config.asDocument()));
    } catch (MongoException e) {
      if (e instanceof MongoCommandException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<ObjectId> id(BsonDocument config) {
    BsonDocument settings = config.getDocument("settings", new BsonDocument());
    return settings.isObjectId("replicaSetId")
        ? Optional.of(settings.getObjectId("replicaSetId").getValue())
        : Optional.empty();
  }
}
