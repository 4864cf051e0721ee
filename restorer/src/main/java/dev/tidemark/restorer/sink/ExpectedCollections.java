package dev.tidemark.restorer.sink;

import com.mongodb.MongoException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * The UUIDs of the collections that a restore writes into. Commands carry them as {@code
 * collectionUUID} (server 6.0), so that a write which a paused worker had begun to send cannot land
 * in a collection that another restore has made in the meantime. Thread-safe.
 */
final class ExpectedCollections {

  private final Deployment target;
  private final boolean supported;
  private final Map<String, BsonBinary> uuids = new ConcurrentHashMap<>();

  /**
   * @param supported whether the target takes {@code collectionUUID}; if not, nothing is expected
   */
  ExpectedCollections(Deployment target, boolean supported) {
    this.target = target;
    this.supported = supported;
  }

  /** Takes the collections of databases as they are now for those that are meant. */
  void look(Collection<String> databases) {
    if (supported) {
      databases.forEach(this::look);
    }
  }

  private void look(String database) {
    BsonDocument list = new BsonDocument("listCollections", new BsonInt32(1));
    try (RawCursor cursor = RawCursor.open(target, database, list, new BsonDocument())) {
      for (BsonSlice found = cursor.next(); found != null; found = cursor.next()) {
        BsonDocument collection = found.toRawBsonDocument();
        BsonDocument info = collection.getDocument("info", new BsonDocument());
        String key = database + "." + collection.getString("name").getValue();
        if (info.isBinary("uuid")) {
          uuids.put(key, info.getBinary("uuid"));
        } else {
          uuids.remove(key);
        }
      }
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "list the collections of " + database, target.toString());
    }
  }

  /** Lets a command only work on the collection that is meant. */
  void expect(BsonDocument command, String database, String collection) {
    BsonBinary uuid = uuids.get(database + "." + collection);
    if (uuid != null) {
      command.append("collectionUUID", uuid);
    }
  }
}
