package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.BaseCollection;
import dev.tidemark.restorer.merge.BaseRange;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** A base with the documents of some of its collections, read from where it lies. */
final class HeldDocuments implements Base {

  private final ListedBase base;
  private final Deployment target;
  private final Map<UUID, RestoredCollection> read = new HashMap<>();

  /**
   * @param wanted under the names that they have on the target now; others have no documents
   */
  HeldDocuments(ListedBase base, Deployment target, Iterable<RestoredCollection> wanted) {
    this.base = base;
    this.target = target;
    for (RestoredCollection collection : wanted) {
      collection
          .metadata()
          .uuid()
          .filter(base.uuids()::contains)
          .ifPresent(uuid -> read.put(uuid, collection));
    }
  }

  @Override
  public String location() {
    return base.location();
  }

  @Override
  public Optional<SnapshotTimes> times() {
    return base.times();
  }

  @Override
  public List<BaseCollection> collections() {
    return base.collections().stream()
        .map(
            collection ->
                collection
                    .metadata()
                    .uuid()
                    .map(read::get)
                    .map(now -> with(collection, BaseRange.whole(() -> open(now))))
                    .orElse(collection))
        .toList();
  }

  private static BaseCollection with(BaseCollection collection, BaseRange range) {
    return new BaseCollection(
        collection.database(), collection.name(), collection.metadata(), List.of(range));
  }

  @Override
  public void close() {
    // Streams are closed by those who open them.
  }

  /** All documents of a collection in their order. */
  private DocumentStream open(RestoredCollection collection) {
    BsonDocument find =
        new BsonDocument("find", new BsonString(collection.name()))
            .append("hint", new BsonDocument("$natural", new BsonInt32(1)))
            .append("readConcern", new BsonDocument("level", new BsonString("majority")));
    RawCursor cursor;
    try {
      cursor = RawCursor.open(target, collection.database(), find, new BsonDocument());
    } catch (MongoException e) {
      throw failed(e, collection);
    }
    return new DocumentStream() {
      @Override
      public BsonSlice next() {
        try {
          return cursor.next();
        } catch (MongoException e) {
          throw failed(e, collection);
        }
      }

      @Override
      public void close() {
        cursor.close();
      }
    };
  }

  private TidemarkException failed(MongoException e, RestoredCollection collection) {
    return ServerFailures.ofTarget(e, "read " + collection.namespace(), target.toString());
  }
}
