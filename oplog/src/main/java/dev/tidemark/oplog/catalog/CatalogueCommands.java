package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.catalog.TrackedCollection.Origin;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * What each command does to the collections, whose identity is their UUID wherever it is known.
 *
 * <p>While the base is fuzzy, what it lists may be older or newer than the command at hand. The
 * entries up to its end bring everything to one state, so until then nothing that is there already,
 * or missing, is an error; afterwards it is. Not thread-safe.
 */
final class CatalogueCommands {

  /** Fields of {@code create} that are not options of the collection. */
  private static final Set<String> NO_OPTIONS =
      Set.of("create", "idIndex", "autoIndexId", "recordIdsReplicated", "uuid");

  private final Collections collections;
  private final Views views;

  CatalogueCommands(Collections collections, Views views) {
    this.collections = collections;
    this.views = views;
  }

  void create(Command command, boolean fuzzy) {
    String namespace = command.target();
    if (!Namespaces.isTracked(namespace)) {
      return;
    }
    BsonDocument options = options(command);
    if (options.containsKey("viewOn")) {
      views.put(namespace, options);
      return;
    }
    TrackedCollection existing = existing(command, namespace, fuzzy);
    if (existing != null) {
      existing.created();
      if (!existing.namespace().equals(namespace)) {
        requireFree(command, namespace, existing, fuzzy);
        collections.rename(existing, namespace);
      }
      return;
    }
    requireFree(command, namespace, null, fuzzy);
    TrackedCollection created =
        collections.add(command.collection(), namespace, Origin.CREATED, options);
    firstIndex(command, options).forEach(created.indexes()::put);
  }

  /** The collection that the base, or an earlier reading of the same entry, knows already. */
  private TrackedCollection existing(Command command, String namespace, boolean fuzzy) {
    UUID uuid = command.collection();
    if (uuid == null) {
      return fuzzy ? collections.holder(namespace) : null;
    }
    TrackedCollection known = collections.get(uuid);
    if (known != null) {
      return known;
    }
    TrackedCollection unbound = fuzzy ? collections.unbound(namespace) : null;
    if (unbound != null) {
      collections.bind(unbound, uuid);
    }
    return unbound;
  }

  private static BsonDocument options(Command command) {
    BsonDocument options = new BsonDocument();
    command
        .fields()
        .forEach(
            (field, value) -> {
              if (!NO_OPTIONS.contains(field)) {
                options.append(field, value);
              }
            });
    if (options.containsKey("timeseries")) {
      // The server derives both from the time-series options.
      options.remove("validator");
      options.remove("clusteredIndex");
    }
    return options;
  }

  /** The index that comes with a collection. */
  private static List<BsonDocument> firstIndex(Command command, BsonDocument options) {
    if (options.isDocument("clusteredIndex")) {
      BsonDocument clustered = named(command, options.getDocument("clusteredIndex"));
      return List.of(clustered.append("clustered", BsonBoolean.TRUE));
    }
    if (options.containsKey("timeseries") || isFalse(command.fields().get("autoIndexId"))) {
      return List.of();
    }
    return List.of(
        command.fields().containsKey("idIndex")
            ? named(command, command.document("idIndex"))
            : IndexSpecs.idIndex(options.get("collation")));
  }

  private static boolean isFalse(BsonValue value) {
    return value != null && value.isBoolean() && !value.asBoolean().getValue();
  }

  private static BsonDocument named(Command command, BsonDocument index) {
    if (!index.isString("name")) {
      throw command.malformed("an index has no name");
    }
    return IndexSpecs.normalised(index);
  }

  /** Two collections share a name only as long as the base is fuzzy. */
  private void requireFree(
      Command command, String namespace, TrackedCollection except, boolean fuzzy) {
    for (TrackedCollection holder : collections.holders(namespace)) {
      if (holder != except && !fuzzy) {
        throw command.failure(
            OplogError.OPLOG_NAMESPACE_CONFLICT,
            "'" + namespace + "' is taken by another collection",
            "The base does not fit the oplog: use another base");
      }
    }
  }

  void drop(Command command) {
    String namespace = command.target();
    if (Namespaces.isViews(namespace)) {
      views.removeDatabase(command.database());
    }
    TrackedCollection collection = find(command, namespace);
    if (collection != null) {
      collections.remove(collection);
    }
  }

  /**
   * Servers drop every collection by an entry of its own before. What is still there was created
   * later and listed by a fuzzy base, or it was dropped by an entry of a kind that servers do not
   * write; which, the end of the base shows.
   */
  void dropDatabase(Command command, boolean fuzzy) {
    String database = command.database();
    views.removeDatabase(database);
    for (TrackedCollection collection : collections.all()) {
      if (Namespaces.database(collection.namespace()).equals(database)) {
        if (fuzzy) {
          collection.databaseDropped();
        } else {
          collections.remove(collection);
        }
      }
    }
  }

  void rename(Command command, boolean fuzzy) {
    String from = command.string(command.name());
    String to = command.string("to");
    TrackedCollection source = find(command, from);
    TrackedCollection dropped = dropTarget(command);
    if (dropped != null && dropped != source) {
      collections.remove(dropped);
    }
    if (source == null) {
      source = sourceByNewName(command, from, to, fuzzy);
      if (source == null) {
        return;
      }
    }
    if (!source.namespace().equals(to)) {
      source = displace(command, source, to, fuzzy);
      collections.rename(source, to);
    }
    if (!command.isTrue("stayTemp") && source.options().containsKey("temp")) {
      BsonDocument options = source.options().clone();
      options.remove("temp");
      source.options(options);
    }
  }

  private TrackedCollection dropTarget(Command command) {
    UUID dropped = command.uuidOrNull("dropTarget");
    return dropped == null ? null : collections.get(dropped);
  }

  /**
   * A source that is not known by its old name was renamed before a fuzzy base listed it, or
   * dropped before that; then entries to come will say so.
   */
  private TrackedCollection sourceByNewName(
      Command command, String from, String to, boolean fuzzy) {
    if (!Namespaces.isTracked(from) && !Namespaces.isTracked(to)) {
      return null;
    }
    if (!fuzzy) {
      throw unknown(command, from);
    }
    UUID uuid = command.collection();
    if (uuid == null) {
      TrackedCollection renamed = collections.holder(to);
      return renamed != null ? renamed : unexplained(null, to);
    }
    TrackedCollection unbound = collections.unbound(to);
    if (unbound == null) {
      return unexplained(uuid, to);
    }
    collections.bind(unbound, uuid);
    return unbound;
  }

  /**
   * Makes room for a renamed collection.
   *
   * @return the collection to be renamed: the given one, or the one that a base without UUIDs lists
   *     by its new name already
   */
  private TrackedCollection displace(
      Command command, TrackedCollection source, String to, boolean fuzzy) {
    TrackedCollection renamed = source;
    for (TrackedCollection holder : collections.holders(to)) {
      if (holder.uuid() == null && fuzzy && renamed.origin() == Origin.UNEXPLAINED) {
        UUID uuid = renamed.uuid();
        collections.remove(renamed);
        if (uuid != null) {
          collections.bind(holder, uuid);
        }
        renamed = holder;
      } else if (command.isTrue("dropTarget")
          || (holder.uuid() == null && (fuzzy || command.fields().containsKey("dropTarget")))) {
        collections.remove(holder);
      }
    }
    requireFree(command, to, renamed, fuzzy);
    return renamed;
  }

  void createIndexes(Command command, boolean fuzzy) {
    TrackedCollection collection = require(command, fuzzy);
    if (collection == null) {
      return;
    }
    if (command.fields().containsKey("indexes")) {
      command.documents("indexes").forEach(index -> putIndex(command, collection, index));
    } else {
      BsonDocument index = command.fields().clone();
      index.remove(command.name());
      putIndex(command, collection, index);
    }
  }

  private static void putIndex(
      Command command, TrackedCollection collection, BsonDocument declared) {
    BsonDocument index = named(command, declared);
    if (!isTimeseries(collection)) {
      collection.indexes().put(index);
      return;
    }
    Optional<BsonDocument> visible = Timeseries.seriesIndex(collection.options(), index);
    if (Timeseries.isBuckets(collection.namespace())) {
      visible.ifPresent(collection.indexes()::put);
    } else {
      collection.indexes().put(visible.orElse(index));
    }
  }

  private static boolean isTimeseries(TrackedCollection collection) {
    return collection.options().containsKey("timeseries")
        || Timeseries.isBuckets(collection.namespace());
  }

  /**
   * While an index is being built, or if its build was given up, it is none; but a base that was
   * read meanwhile may list it.
   */
  void forgetUnfinishedIndexes(Command command) {
    TrackedCollection collection = find(command, command.target());
    if (collection != null && command.fields().containsKey("indexes")) {
      for (BsonDocument index : command.documents("indexes")) {
        if (index.isString("name")) {
          collection.indexes().remove(index.getString("name").getValue());
        }
      }
    }
  }

  void dropIndexes(Command command, boolean fuzzy) {
    TrackedCollection collection = require(command, fuzzy);
    if (collection == null) {
      return;
    }
    // An index on buckets that users cannot see is not in the catalogue.
    boolean mayBeMissing = fuzzy || isTimeseries(collection);
    BsonValue dropped = command.fields().get("index");
    if (dropped == null) {
      throw command.malformed("it does not say which index it drops");
    }
    List<BsonValue> each = dropped.isArray() ? dropped.asArray().getValues() : List.of(dropped);
    for (BsonValue index : each) {
      if (!dropIndex(command, collection.indexes(), index) && !mayBeMissing) {
        throw command.failure(
            OplogError.OPLOG_UNKNOWN_INDEX,
            "an index is dropped that '" + collection.namespace() + "' does not have",
            "The base is incomplete: use another base");
      }
    }
  }

  private static boolean dropIndex(Command command, Indexes indexes, BsonValue index) {
    if (index.isDocument()) {
      return indexes.remove(index.asDocument());
    }
    if (!index.isString()) {
      throw command.malformed("it names an index neither by name nor by key");
    }
    String name = index.asString().getValue();
    if (name.equals("*")) {
      indexes.removeAll();
      return true;
    }
    return indexes.remove(name);
  }

  void collMod(Command command, boolean fuzzy) {
    TrackedCollection collection = require(command, fuzzy);
    if (collection != null) {
      CollectionChange.apply(command, collection, fuzzy || isTimeseries(collection));
    }
  }

  /** The collection that is emptied, or null if it is not followed. */
  TrackedCollection emptied(Command command, boolean fuzzy) {
    return require(command, fuzzy);
  }

  /**
   * The collection that a command names; null if it is not to be followed.
   *
   * @throws TidemarkException {@code OPLOG_UNKNOWN_COLLECTION} if the base should know it
   */
  private TrackedCollection require(Command command, boolean fuzzy) {
    String namespace = command.target();
    TrackedCollection collection = find(command, namespace);
    if (collection != null || !Namespaces.isTracked(namespace)) {
      return collection;
    }
    if (!fuzzy) {
      throw unknown(command, namespace);
    }
    return unexplained(command.collection(), namespace);
  }

  private static TidemarkException unknown(Command command, String namespace) {
    return command.failure(
        OplogError.OPLOG_UNKNOWN_COLLECTION,
        "the command '"
            + command.name()
            + "' is about '"
            + namespace
            + "', which neither the base nor an entry creates",
        "The base is incomplete: use another base");
  }

  private TrackedCollection find(Command command, String namespace) {
    return find(command.collection(), namespace);
  }

  /** The collection by its UUID, else by its name if the UUID of its holder is not known. */
  TrackedCollection find(UUID uuid, String namespace) {
    if (uuid == null) {
      return collections.holder(namespace);
    }
    TrackedCollection collection = collections.get(uuid);
    if (collection == null) {
      collection = collections.unbound(namespace);
      if (collection != null) {
        collections.bind(collection, uuid);
      }
    }
    return collection;
  }

  /** Begins to follow a collection that nothing created. */
  TrackedCollection unexplained(UUID uuid, String namespace) {
    TrackedCollection collection =
        collections.add(uuid, namespace, Origin.UNEXPLAINED, new BsonDocument());
    if (!Timeseries.isBuckets(namespace)) {
      collection.indexes().put(IndexSpecs.idIndex(null));
    }
    return collection;
  }
}
