package dev.tidemark.restorer.sink;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * Builds the indexes of restored collections, all of a collection in one scan of it.
 *
 * <p>An index build outlasts any lease: it carries no {@code maxTimeMS}. It changes no document, so
 * a worker that lost its lease meanwhile does no harm by it.
 */
public final class TargetIndexes {

  /** What servers answer when documents violate a unique index. */
  private static final int DUPLICATE_KEY = 11_000;

  private final Deployment target;
  private final TargetLease lease;

  public TargetIndexes(Deployment target, TargetLease lease) {
    this.target = target;
    this.lease = lease;
  }

  /** The indexes to build: all but those that come with the collection. */
  static List<BsonDocument> toBuild(RestoredCollection collection) {
    List<BsonDocument> specifications = new ArrayList<>();
    for (BsonDocument index : collection.metadata().indexes()) {
      boolean onId =
          index.getDocument("key", new BsonDocument()).equals(ID_KEY)
              || index.getString("name", new BsonString("")).getValue().equals("_id_");
      if (!onId && !index.containsKey("clustered")) {
        specifications.add(clean(index));
      }
    }
    return specifications;
  }

  private static final BsonDocument ID_KEY = new BsonDocument("_id", new org.bson.BsonInt32(1));

  /** How many indexes there are to build. */
  public static int count(List<RestoredCollection> collections) {
    return collections.stream()
        .filter(collection -> !collection.metadata().isView())
        .mapToInt(collection -> toBuild(collection).size())
        .sum();
  }

  /**
   * Builds everything.
   *
   * @param leaveOutViolated whether a unique index that documents violate is left out
   * @param onBuilt told how many indexes are built so far
   * @return the indexes that were left out, as {@code namespace name}
   * @throws TidemarkException TARGET_INDEX_FAILED, after all others are built
   */
  public List<String> build(
      List<RestoredCollection> collections, boolean leaveOutViolated, IntConsumer onBuilt) {
    List<String> failed = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    int built = 0;
    for (RestoredCollection collection : collections) {
      if (collection.metadata().isView()) {
        continue;
      }
      List<BsonDocument> specifications = toBuild(collection);
      if (specifications.isEmpty()) {
        continue;
      }
      lease.remaining();
      try {
        create(collection, specifications);
      } catch (MongoCommandException together) {
        for (BsonDocument specification : specifications) {
          try {
            create(collection, List.of(specification));
          } catch (MongoCommandException e) {
            String name = collection.namespace() + " " + specification.getString("name").getValue();
            if (leaveOutViolated && e.getErrorCode() == DUPLICATE_KEY) {
              leftOut.add(name);
            } else {
              failed.add(name + " (code " + e.getErrorCode() + ")");
            }
          }
        }
      }
      built += specifications.size();
      onBuilt.accept(built);
    }
    if (!failed.isEmpty()) {
      throw new TidemarkException(
          RestorerError.TARGET_INDEX_FAILED,
          "Indexes could not be built on the restored data: " + String.join(", ", failed),
          target.toString(),
          "The data is restored and verified. A violated unique index means that it was violated at"
              + " that moment or that the base is incomplete: look at the documents, then build the"
              + " index by hand");
    }
    return List.copyOf(leftOut);
  }

  private void create(RestoredCollection collection, List<BsonDocument> specifications) {
    BsonDocument command =
        new BsonDocument("createIndexes", new BsonString(collection.name()))
            .append("indexes", new BsonArray(specifications));
    try {
      target.run(collection.database(), command);
    } catch (MongoCommandException e) {
      throw e;
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(
          e, "build indexes of " + collection.namespace(), target.toString());
    }
  }

  /** Without fields that servers once stored and now refuse. */
  private static BsonDocument clean(BsonDocument index) {
    BsonDocument cleaned = index.clone();
    for (String old : List.of("ns", "background", "safe", "buildUUID")) {
      cleaned.remove(old);
    }
    if (cleaned.isNumber("v") && cleaned.getNumber("v").intValue() < 1) {
      cleaned.remove("v");
    }
    return cleaned;
  }
}
