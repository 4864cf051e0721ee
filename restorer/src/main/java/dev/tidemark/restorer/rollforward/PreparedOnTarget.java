package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;

/**
 * Transactions that a base was brought back with before they were decided. What they do takes
 * effect where the archive tells their commit, like everything else. But a server that still holds
 * one prepared lets nobody else write its documents, and would write them itself when it is told
 * the end.
 */
final class PreparedOnTarget {

  private PreparedOnTarget() {}

  /**
   * Fails if the target holds any.
   *
   * @throws TidemarkException TARGET_NOT_WRITABLE
   */
  static void refuse(Deployment target) {
    BsonDocument status;
    try {
      status = target.run("admin", new BsonDocument("serverStatus", new BsonInt32(1)));
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "tell its prepared transactions", target.toString());
    }
    long held = held(status);
    if (held > 0) {
      throw new TidemarkException(
          RestorerError.TARGET_NOT_WRITABLE,
          "The base holds "
              + held
              + " prepared transactions, whose documents nobody else can write",
          target.toString(),
          "Have them aborted there (abortTransaction, with their sessions and numbers), or bring a"
              + " base back that was taken while none was prepared");
    }
  }

  static long held(BsonDocument serverStatus) {
    return serverStatus
        .getDocument("transactions", new BsonDocument())
        .getNumber("currentPrepared", new BsonInt64(0))
        .longValue();
  }
}
