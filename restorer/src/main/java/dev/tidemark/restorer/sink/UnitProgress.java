package dev.tidemark.restorer.sink;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Which units of a restore are written for good, kept in the target beside the lease, so that a
 * restore that is taken up again does not write them again. Thread-safe.
 *
 * <pre>{@code
 * { _id: { request: "r-42", ns: "shop.orders", unit: "range-3" },
 *   count: 120000, bytes: 25165824, sum: "0123…" }
 * }</pre>
 */
final class UnitProgress {

  private static final String COLLECTION = "progress";

  private final Deployment target;
  private final TargetLease lease;
  private final String request;
  private final Map<String, DocumentSum.Digest> done;

  private UnitProgress(
      Deployment target, TargetLease lease, String request, Map<String, DocumentSum.Digest> done) {
    this.target = target;
    this.lease = lease;
    this.request = request;
    this.done = new ConcurrentHashMap<>(done);
  }

  /** What earlier attempts of a request completed. */
  static UnitProgress load(Deployment target, TargetLease lease, String request) {
    Map<String, DocumentSum.Digest> done = new HashMap<>();
    try {
      for (BsonDocument unit :
          collection(target).find(new BsonDocument("_id.request", new BsonString(request)))) {
        BsonDocument id = unit.getDocument("_id");
        done.put(
            key(id.getString("ns").getValue(), id.getString("unit").getValue()),
            DocumentSum.Digest.of(
                unit.getNumber("count").longValue(),
                unit.getNumber("bytes").longValue(),
                unit.getString("sum").getValue()));
      }
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "read the progress", target.toString());
    }
    return new UnitProgress(target, lease, request, done);
  }

  Optional<DocumentSum.Digest> completed(String namespace, String unit) {
    return Optional.ofNullable(done.get(key(namespace, unit)));
  }

  /** The sum of a namespace's units. */
  DocumentSum.Digest sum(String namespace) {
    return done.entrySet().stream()
        .filter(unit -> unit.getKey().startsWith(namespace + '\n'))
        .map(Map.Entry::getValue)
        .reduce(DocumentSum.Digest.EMPTY, DocumentSum.Digest::plus);
  }

  /** Notes a unit whose documents a majority has. */
  void complete(String namespace, String unit, DocumentSum.Digest digest) {
    lease.remaining();
    BsonDocument id =
        new BsonDocument("request", new BsonString(request))
            .append("ns", new BsonString(namespace))
            .append("unit", new BsonString(unit));
    try {
      collection(target)
          .replaceOne(
              new BsonDocument("_id", id),
              new BsonDocument("_id", id)
                  .append("count", new BsonInt64(digest.count()))
                  .append("bytes", new BsonInt64(digest.bytes()))
                  .append("sum", new BsonString(digest.hex())),
              new ReplaceOptions().upsert(true));
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "note the progress", target.toString());
    }
    done.put(key(namespace, unit), digest);
  }

  /** Forgets the request's units. */
  void forget() {
    try {
      collection(target).deleteMany(new BsonDocument("_id.request", new BsonString(request)));
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "remove the progress", target.toString());
    }
  }

  private static String key(String namespace, String unit) {
    return namespace + '\n' + unit;
  }

  private static MongoCollection<BsonDocument> collection(Deployment target) {
    return target
        .client()
        .getDatabase(MongoLeases.DATABASE)
        .getCollection(COLLECTION, BsonDocument.class)
        .withReadPreference(ReadPreference.primary())
        .withReadConcern(ReadConcern.MAJORITY)
        .withWriteConcern(WriteConcern.MAJORITY);
  }
}
