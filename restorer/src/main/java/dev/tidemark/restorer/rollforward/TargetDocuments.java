package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.BaseDocuments;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.sink.TargetNamespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/**
 * Reads documents of a target by their {@code _id}, as a majority has them, and not before all that
 * this restore had written when it was made. Thread-safe.
 */
final class TargetDocuments implements BaseDocuments {

  private final Deployment target;
  private final BsonDocument readConcern;

  private TargetDocuments(Deployment target, BsonDocument readConcern) {
    this.target = target;
    this.readConcern = readConcern;
  }

  /** Those that whoever answers has from now on. */
  static TargetDocuments from(Deployment target) {
    BsonDocument readConcern = new BsonDocument("level", new BsonString("majority"));
    try {
      BsonDocument reply = target.run("admin", new BsonDocument("ping", new BsonInt32(1)));
      BsonValue now = reply.get("operationTime");
      if (now instanceof BsonTimestamp time) {
        readConcern.append("afterClusterTime", time);
      }
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "answer a ping", target.toString());
    }
    return new TargetDocuments(target, readConcern);
  }

  @Override
  public void read(
      RestoredCollection collection, List<BsonSlice> keys, Predicate<BsonSlice> found) {
    BsonArray plain = new BsonArray();
    List<BsonValue> operators = new ArrayList<>();
    for (BsonSlice key : keys) {
      BsonValue id = key.toRawBsonDocument().get("_id");
      if (looksLikeOperators(key)) {
        operators.add(id);
      } else {
        plain.add(id);
      }
    }
    boolean more =
        plain.isEmpty() || find(collection, new BsonDocument("$in", plain), keys.size(), found);
    for (int i = 0; i < operators.size() && more; i++) {
      more = find(collection, new BsonDocument("$eq", operators.get(i)), 1, found);
    }
  }

  /** A list of values must not hold documents that begin with an operator. */
  private static boolean looksLikeOperators(BsonSlice key) {
    BsonCursor id = key.find("_id");
    if (!id.isContainer()) {
      return false;
    }
    BsonCursor inside = id.document().cursor();
    return inside.next() && inside.name().startsWith("$");
  }

  /** Whether more is wanted. */
  private boolean find(
      RestoredCollection collection,
      BsonDocument condition,
      int expected,
      Predicate<BsonSlice> found) {
    BsonDocument find =
        new BsonDocument("find", new BsonString(TargetNamespaces.documentsOf(collection)))
            .append("filter", new BsonDocument("_id", condition))
            .append("batchSize", new BsonInt32(expected + 1))
            .append("readConcern", readConcern);
    try (RawCursor cursor =
        RawCursor.open(target, collection.database(), find, new BsonDocument())) {
      for (BsonSlice document = cursor.next(); document != null; document = cursor.next()) {
        if (!found.test(document)) {
          return false;
        }
      }
      return true;
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(
          e, "read documents of " + collection.namespace(), target.toString());
    }
  }
}
