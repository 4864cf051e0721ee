package dev.tidemark.restorer.snapshot;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Lists what a snapshot has to read, and what a target holds that is rolled forward. */
public final class CollectionListing {

  private static final Set<String> SKIPPED_DATABASES = Set.of("local", "config", "tidemark");
  private static final Set<String> ADMIN_SYSTEM =
      Set.of("system.users", "system.roles", "system.version");

  private final Deployment member;

  public CollectionListing(Deployment member) {
    this.member = member;
  }

  /** All collections and views with their indexes, ordered by database and name. */
  List<SourceCollection> list() {
    try {
      return read();
    } catch (MongoException e) {
      throw ServerFailures.ofSource(e, "list collections and indexes", member.toString());
    }
  }

  /** The same; failures are the driver's. */
  public List<SourceCollection> read() {
    List<SourceCollection> found = new ArrayList<>();
    for (String database : databases()) {
      found.addAll(list(database));
    }
    found.sort(
        java.util.Comparator.comparing(SourceCollection::database)
            .thenComparing(SourceCollection::name));
    return found;
  }

  private List<String> databases() {
    BsonDocument reply =
        member.runAnywhere(
            "admin",
            new BsonDocument("listDatabases", new BsonInt32(1))
                .append("nameOnly", BsonBoolean.TRUE));
    return reply.getArray("databases").stream()
        .map(database -> database.asDocument().getString("name").getValue())
        .filter(name -> !SKIPPED_DATABASES.contains(name))
        .toList();
  }

  private List<SourceCollection> list(String database) {
    List<SourceCollection> found = new ArrayList<>();
    try (RawCursor cursor =
        RawCursor.open(
            member,
            database,
            new BsonDocument("listCollections", new BsonInt32(1)),
            new BsonDocument())) {
      for (BsonSlice info = cursor.next(); info != null; info = cursor.next()) {
        BsonDocument collection = info.toRawBsonDocument();
        if (wanted(database, collection.getString("name").getValue())) {
          found.add(read(database, collection));
        }
      }
    }
    return found;
  }

  private static boolean wanted(String database, String name) {
    if (!name.startsWith("system.")) {
      return true;
    }
    return database.equals("admin")
        ? ADMIN_SYSTEM.contains(name)
        : name.equals("system.js") || name.startsWith(SourceCollection.BUCKETS_PREFIX);
  }

  private SourceCollection read(String database, BsonDocument listed) {
    String name = listed.getString("name").getValue();
    String type = listed.getString("type", new BsonString("collection")).getValue();
    BsonValue uuid = listed.getDocument("info", new BsonDocument()).get("uuid");
    return new SourceCollection(
        database,
        name,
        type,
        BsonDocument.parse(listed.getDocument("options", new BsonDocument()).toJson()),
        type.equals("view") ? List.of() : indexes(database, name),
        type.equals("view") || uuid == null ? Optional.empty() : Optional.of(uuid(uuid)));
  }

  private static UUID uuid(BsonValue value) {
    BsonBinary binary = value.asBinary();
    return binary.asUuid();
  }

  private List<BsonDocument> indexes(String database, String name) {
    List<BsonDocument> indexes = new ArrayList<>();
    try (RawCursor cursor =
        RawCursor.open(
            member,
            database,
            new BsonDocument("listIndexes", new BsonString(name))
                .append("cursor", new BsonDocument("batchSize", new BsonInt64(1_000))),
            new BsonDocument())) {
      for (BsonSlice index = cursor.next(); index != null; index = cursor.next()) {
        indexes.add(index.compact().toRawBsonDocument());
      }
    } catch (MongoCommandException e) {
      // Dropped or renamed between the two listings: the oplog from START on tells what became of
      // it.
      if (e.getErrorCode() != ServerFailures.NAMESPACE_NOT_FOUND) {
        throw e;
      }
    }
    return indexes;
  }
}
