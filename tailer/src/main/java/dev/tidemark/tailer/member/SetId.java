package dev.tidemark.tailer.member;

import com.mongodb.MongoCommandException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the id that a replica set was given when it was initiated. */
public final class SetId {

  private static final Logger log = LoggerFactory.getLogger(SetId.class);
  private static final BsonDocument GET_CONFIG = BsonDocument.parse("{replSetGetConfig: 1}");
  private static final BsonDocument FIND_CONFIG =
      BsonDocument.parse("{find: 'system.replset', limit: 1, singleBatch: true}");

  private SetId() {}

  /**
   * The ObjectId as 24 hex digits: from the set's configuration, or from where the member stores it
   * if the user may not ask for the configuration.
   *
   * @throws TidemarkException {@code TAILER_SET_ID_UNKNOWN}
   */
  public static String read(Member member) {
    BsonValue id = fromCommand(member);
    if (id == null) {
      id = fromLocal(member);
    }
    if (id == null || !id.isObjectId()) {
      throw new TidemarkException(
          TailerError.TAILER_SET_ID_UNKNOWN,
          "the replica set's configuration holds no replicaSetId",
          "member " + member,
          "Grant the role clusterMonitor; sets initiated before 3.2 need a reconfiguration");
    }
    return id.asObjectId().getValue().toHexString();
  }

  private static BsonValue fromCommand(Member member) {
    try {
      return id(member.run("admin", GET_CONFIG).getDocument("config", new BsonDocument()));
    } catch (MongoCommandException e) {
      log.debug("replSetGetConfig is refused by {} with code {}", member, e.getErrorCode());
      return null;
    }
  }

  private static BsonValue fromLocal(Member member) {
    BsonArray batch =
        member
            .run("local", FIND_CONFIG)
            .getDocument("cursor", new BsonDocument())
            .getArray("firstBatch", new BsonArray());
    return batch.isEmpty() ? null : id(batch.get(0).asDocument());
  }

  private static BsonValue id(BsonDocument config) {
    return config.getDocument("settings", new BsonDocument()).get("replicaSetId");
  }
}
