package dev.tidemark.restorer.sink;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.List;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/**
 * What a target keeps as it is when it is written in which way. Found out by trying, because it
 * depends on versions and patch levels.
 *
 * @param insertKeepsEmptyTimestamps an insert leaves {@code Timestamp(0, 0)} at the top level
 *     alone, possibly because {@code bypassEmptyTsReplacement} is known
 * @param bypassEmptyTimestamps inserts take {@code bypassEmptyTsReplacement}
 * @param insertKeepsNames an insert takes top-level names with a dollar in front
 * @param pipelineUpserts an upsert by a pipeline of {@code $replaceWith} and {@code $literal}
 *     stores any document as it is
 * @param expectsCollections commands take {@code collectionUUID}
 */
record TargetAbilities(
    boolean insertKeepsEmptyTimestamps,
    boolean bypassEmptyTimestamps,
    boolean insertKeepsNames,
    boolean pipelineUpserts,
    boolean expectsCollections) {

  private static final String COLLECTION = "probe";
  private static final BsonTimestamp EMPTY = new BsonTimestamp(0, 0);

  /**
   * Tries on a collection beside the lease, and drops it.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException if the target does not answer or may not be
   *     written at all
   */
  static TargetAbilities probe(Deployment target) {
    try {
      BsonDocument stamped = document(1).append("t", EMPTY);
      boolean plain = insert(target, stamped, false);
      boolean bypass = !plain && insert(target, document(2).append("t", EMPTY), true);
      boolean names = insert(target, document(3).append("$a", new BsonInt32(1)), false);
      boolean pipeline =
          upsert(target, document(4).append("t", EMPTY).append("$a", new BsonInt32(1)));
      boolean expected = refusesOtherCollection(target);
      target.run(MongoLeases.DATABASE, new BsonDocument("drop", new BsonString(COLLECTION)));
      return new TargetAbilities(plain || bypass, bypass, names, pipeline, expected);
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(
          e, "write into " + MongoLeases.DATABASE + "." + COLLECTION, target.toString());
    }
  }

  /** Whether an insert that expects a collection which is not there is refused for that reason. */
  private static boolean refusesOtherCollection(Deployment target) {
    BsonDocument command =
        new BsonDocument("insert", new BsonString(COLLECTION))
            .append("documents", new BsonArray(List.of(document(5))))
            .append("collectionUUID", new BsonBinary(new UUID(0, 0)));
    try {
      BsonDocument reply = target.run(MongoLeases.DATABASE, command);
      return reply.isArray("writeErrors")
          && reply.getArray("writeErrors").stream()
              .allMatch(
                  error ->
                      error.asDocument().getNumber("code").intValue()
                          == ServerFailures.COLLECTION_UUID_MISMATCH);
    } catch (MongoCommandException e) {
      if (ServerFailures.refusesAllWrites(e) || ServerFailures.transientFailure(e)) {
        throw e;
      }
      return e.getErrorCode() == ServerFailures.COLLECTION_UUID_MISMATCH;
    }
  }

  private static BsonDocument document(int id) {
    return new BsonDocument("_id", new BsonInt32(id));
  }

  private static boolean insert(Deployment target, BsonDocument document, boolean bypass) {
    BsonDocument command =
        new BsonDocument("insert", new BsonString(COLLECTION))
            .append("documents", new BsonArray(List.of(document)));
    if (bypass) {
      command.append("bypassEmptyTsReplacement", BsonBoolean.TRUE);
    }
    return kept(target, command, document);
  }

  private static boolean upsert(Deployment target, BsonDocument document) {
    BsonDocument update =
        new BsonDocument("q", new BsonDocument("_id", document.get("_id")))
            .append("u", Upserts.pipeline(document))
            .append("upsert", BsonBoolean.TRUE);
    return kept(
        target,
        new BsonDocument("update", new BsonString(COLLECTION))
            .append("updates", new BsonArray(List.of(update))),
        document);
  }

  private static boolean kept(Deployment target, BsonDocument command, BsonDocument document) {
    try {
      target.run(MongoLeases.DATABASE, command);
    } catch (MongoCommandException e) {
      if (ServerFailures.refusesAllWrites(e) || ServerFailures.transientFailure(e)) {
        throw e;
      }
      // That is the answer.
      return false;
    }
    BsonValue id = document.get("_id");
    BsonDocument find =
        new BsonDocument("find", new BsonString(COLLECTION))
            .append("filter", new BsonDocument("_id", id));
    try (RawCursor cursor =
        RawCursor.open(target, MongoLeases.DATABASE, find, new BsonDocument())) {
      BsonSlice stored = cursor.next();
      return stored != null && stored.toRawBsonDocument().equals(document);
    }
  }
}
