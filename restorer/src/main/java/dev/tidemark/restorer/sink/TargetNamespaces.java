package dev.tidemark.restorer.sink;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** Creates and drops collections and views of a target. */
public final class TargetNamespaces {

  private static final String BUCKETS = "system.buckets.";

  /** The collection that holds the documents: a time-series collection's are its buckets. */
  public static String documentsOf(RestoredCollection collection) {
    return collection.metadata().isTimeseries() ? BUCKETS + collection.name() : collection.name();
  }

  private final Deployment target;
  private final TargetLease lease;
  private final ExpectedCollections expected;

  /** Those of a target whose collections are told apart by their names. */
  public TargetNamespaces(Deployment target, TargetLease lease) {
    this(target, lease, new ExpectedCollections(target, false));
  }

  TargetNamespaces(Deployment target, TargetLease lease, ExpectedCollections expected) {
    this.target = target;
    this.lease = lease;
    this.expected = expected;
  }

  /** Those of the namespaces that exist on the target. */
  Set<String> existing(List<RestoredCollection> wanted) {
    Set<String> existing = new TreeSet<>();
    Set<String> databases = new HashSet<>();
    wanted.forEach(collection -> databases.add(collection.database()));
    for (String database : databases) {
      Set<String> names = names(database);
      wanted.stream()
          .filter(collection -> collection.database().equals(database))
          .filter(collection -> names.contains(collection.name()))
          .map(RestoredCollection::namespace)
          .forEach(existing::add);
    }
    return existing;
  }

  private Set<String> names(String database) {
    Set<String> names = new HashSet<>();
    BsonDocument list =
        new BsonDocument("listCollections", new BsonInt32(1)).append("nameOnly", BsonBoolean.TRUE);
    try (RawCursor cursor = RawCursor.open(target, database, list, new BsonDocument())) {
      for (BsonSlice info = cursor.next(); info != null; info = cursor.next()) {
        names.add(info.find("name").string());
      }
      return names;
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "list the collections of " + database, target.toString());
    }
  }

  /** Drops what exists; that something is gone already is fine. */
  void drop(Collection<RestoredCollection> collections) {
    look(collections);
    for (RestoredCollection collection : collections) {
      BsonDocument drop = new BsonDocument("drop", new BsonString(collection.name()));
      if (!collection.metadata().isView()) {
        expected.expect(drop, collection.database(), collection.name());
      }
      try {
        target.run(collection.database(), limited(drop));
      } catch (MongoCommandException e) {
        if (e.getErrorCode() != ServerFailures.NAMESPACE_NOT_FOUND) {
          throw failed(e, "drop " + collection.namespace());
        }
      } catch (MongoException e) {
        throw failed(e, "drop " + collection.namespace());
      }
    }
  }

  /** Notes which collections these are: from here on no others are written under their names. */
  void look(Collection<RestoredCollection> collections) {
    expected.look(
        collections.stream().map(RestoredCollection::database).collect(Collectors.toSet()));
  }

  /**
   * Creates a collection, a time-series collection or a view with its options, without its indexes.
   * What a server creates itself is left to it.
   */
  public void create(RestoredCollection collection) {
    if (collection.database().equals("admin") && collection.name().startsWith("system.")) {
      return;
    }
    BsonDocument command = new BsonDocument("create", new BsonString(collection.name()));
    command.putAll(options(collection.metadata()));
    try {
      target.run(collection.database(), limited(command));
    } catch (MongoCommandException e) {
      if (e.getErrorCode() == ServerFailures.NAMESPACE_EXISTS) {
        throw new TidemarkException(
            RestorerError.TARGET_NOT_EMPTY,
            "The namespace exists on the target with other options",
            collection.namespace() + " on " + target,
            "Drop it, or send the request again with drop: true and a new id",
            e);
      }
      throw failed(e, "create " + collection.namespace());
    } catch (MongoException e) {
      throw failed(e, "create " + collection.namespace());
    }
  }

  /** The options that a create command takes. */
  private static BsonDocument options(CollectionMetadata metadata) {
    BsonDocument options = metadata.options().clone();
    for (String shown : List.of("uuid", "temp", "autoIndexId", "recordIdsReplicated", "create")) {
      options.remove(shown);
    }
    if (metadata.isTimeseries()) {
      // Made by the server for the buckets, and refused on the collection that it shows.
      options.remove("validator");
      options.remove("clusteredIndex");
    }
    return options;
  }

  private BsonDocument limited(BsonDocument command) {
    return command.append("maxTimeMS", new BsonInt64(lease.remaining().toMillis()));
  }

  private TidemarkException failed(MongoException e, String doing) {
    return ServerFailures.ofTarget(e, doing, target.toString());
  }

  /** Those of the collections whose namespaces are named. */
  static List<RestoredCollection> named(
      List<RestoredCollection> collections, Set<String> namespaces) {
    List<RestoredCollection> named = new ArrayList<>();
    for (RestoredCollection collection : collections) {
      if (namespaces.contains(collection.namespace())) {
        named.add(collection);
      }
    }
    return named;
  }
}
