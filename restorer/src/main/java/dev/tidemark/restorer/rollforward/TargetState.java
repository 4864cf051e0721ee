package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.catalog.Catalogue;
import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.oplog.catalog.CollectionSeed;
import dev.tidemark.oplog.catalog.CollectionType;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.snapshot.CollectionListing;
import dev.tidemark.restorer.snapshot.SourceCollection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/** Which collections and views a listing shows, in the catalogue's own form of their options. */
final class TargetState {

  private TargetState() {}

  /** Lists a target. */
  static List<SourceCollection> list(Deployment target) {
    try {
      return new CollectionListing(target).read();
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "list collections and indexes", target.toString());
    }
  }

  /** Which collection has which namespace in some databases; views have none. */
  static Map<String, UUID> uuids(Deployment target, Set<String> databases) {
    Map<String, UUID> uuids = new HashMap<>();
    for (String database : databases) {
      BsonDocument list = new BsonDocument("listCollections", new BsonInt32(1));
      try (RawCursor cursor = RawCursor.open(target, database, list, new BsonDocument())) {
        for (BsonSlice next = cursor.next(); next != null; next = cursor.next()) {
          BsonDocument listed = next.toRawBsonDocument();
          BsonDocument info = listed.getDocument("info", new BsonDocument());
          if (info.isBinary("uuid")) {
            uuids.put(
                database + "." + listed.getString("name").getValue(),
                info.getBinary("uuid").asUuid());
          }
        }
      } catch (MongoException e) {
        throw ServerFailures.ofTarget(e, "list the collections of " + database, target.toString());
      }
    }
    return uuids;
  }

  /** All that was listed. */
  static List<CatalogueEntry> entries(List<SourceCollection> listed) {
    Catalogue catalogue = new Catalogue(Optime.ZERO);
    for (SourceCollection collection : listed) {
      catalogue.seed(
          CollectionSeed.of(
              collection.namespace(),
              type(collection.type()),
              collection.uuid(),
              collection.options(),
              collection.indexes()));
    }
    return catalogue.alive();
  }

  private static CollectionType type(String text) {
    for (CollectionType type : CollectionType.values()) {
      if (type.text().equals(text)) {
        return type;
      }
    }
    return CollectionType.COLLECTION;
  }
}
