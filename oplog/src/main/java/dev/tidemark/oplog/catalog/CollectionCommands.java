package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.catalog.TrackedCollection.Origin;
import dev.tidemark.oplog.error.OplogError;
import java.util.List;
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
final class CollectionCommands {

  /** Fields of {@code create} that are not options of the collection. */
  private static final Set<String> NO_OPTIONS =
      Set.of("create", "idIndex", "recordIdsReplicated", "uuid");

  private final KnownCollections collections;
  private final Views views;

  CollectionCommands(KnownCollections collections, Views views) {
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
      if (existing.origin() == Origin.UNEXPLAINED) {
        existing.options(options);
        firstIndex(command, options).forEach(existing.indexes()::put);
      }
      existing.created();
      if (!existing.namespace().equals(namespace)) {
        requireFree(command, namespace, existing, fuzzy);
        collections.rename(existing, namespace);
      }
      return;
    }
    requireFree(command, namespace, null, fuzzy);
    collections.forgetLeftOutCreation(command.collection(), namespace);
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
      BsonDocument clustered = IndexSpecs.named(command, options.getDocument("clusteredIndex"));
      return List.of(clustered.append("clustered", BsonBoolean.TRUE));
    }
    if (options.containsKey("timeseries") || isFalse(command.fields().get("autoIndexId"))) {
      return List.of();
    }
    return List.of(
        command.fields().containsKey("idIndex")
            ? IndexSpecs.named(command, command.document("idIndex"))
            : IndexSpecs.idIndex(options.get("collation")));
  }

  private static boolean isFalse(BsonValue value) {
    return value != null && value.isBoolean() && !value.asBoolean().getValue();
  }

  /** Two collections share a name only as long as the base is fuzzy, or after an undone drop. */
  private void requireFree(
      Command command, String namespace, TrackedCollection except, boolean fuzzy) {
    for (TrackedCollection holder : collections.holders(namespace)) {
      if (holder != except && !fuzzy && !holder.isRevived()) {
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
    TrackedCollection collection = collections.find(command.collection(), namespace);
    if (collection != null) {
      collections.remove(collection);
    }
    collections.forgetLeftOutCreation(command.collection(), namespace);
  }

  /**
   * Servers drop every collection by an entry of its own before. What is still there was created
   * later and listed by a fuzzy base, or it was dropped by an entry of a kind that servers do not
   * write; which, the end of the base shows.
   */
  void dropDatabase(Command command, boolean fuzzy) {
    String database = command.database();
    views.removeDatabase(database);
    collections.forgetLeftOutCreations(database);
    for (TrackedCollection collection : collections.all()) {
      if (Namespaces.database(collection.namespace()).equals(database)) {
        if (fuzzy) {
          collection.databaseDropped();
        } else if (!collection.isRevived()) {
          collections.remove(collection);
        }
      }
    }
  }

  void rename(Command command, boolean fuzzy) {
    String from = command.string(command.name());
    String to = command.string("to");
    TrackedCollection source = collections.find(command.collection(), from);
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
      collections.forgetLeftOutCreation(null, to);
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
    if (collections.isUnmade(command.collection(), from)) {
      collections.forgetLeftOutCreation(null, from);
      collections.leaveOutCreation(command.collection(), to);
      return null;
    }
    if (!fuzzy) {
      throw KnownCollections.unknown(command, from);
    }
    UUID uuid = command.collection();
    if (uuid == null) {
      TrackedCollection renamed = collections.holder(to);
      return renamed != null ? renamed : collections.unexplained(null, to);
    }
    TrackedCollection unbound = collections.unbound(to);
    if (unbound == null) {
      return collections.unexplained(uuid, to);
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
      } else if (holder.isRevived()) {
        continue;
      } else if (command.isTrue("dropTarget")
          || (holder.uuid() == null && (fuzzy || command.fields().containsKey("dropTarget")))) {
        collections.remove(holder);
      }
    }
    requireFree(command, to, renamed, fuzzy);
    return renamed;
  }

  void collMod(Command command, boolean fuzzy) {
    TrackedCollection collection = collections.require(command, fuzzy);
    if (collection != null) {
      CollectionChange.apply(
          command,
          collection,
          fuzzy || collection.missesIndexes() || Timeseries.isTimeseries(collection));
    }
  }

  /**
   * Leaves a command out: what it would have dropped stays, and what it would have renamed keeps
   * its name. What it would have made may be missing from here on.
   */
  void leaveOut(Command command) {
    switch (command.name()) {
      case "create" -> collections.leaveOutCreation(command.collection(), command.target());
      case "importCollection" -> leaveOutImport(command);
      case "createIndexes", "startIndexBuild", "commitIndexBuild", "collMod" -> {
        TrackedCollection collection = collections.find(command.collection(), command.target());
        if (collection != null) {
          collection.missIndexes();
        }
      }
      case "drop" -> {
        if (Namespaces.isViews(command.target())) {
          views.revive(view -> Namespaces.database(view).equals(command.database()));
        }
        revive(collections.find(command.collection(), command.target()));
      }
      case "dropDatabase" -> {
        views.revive(view -> Namespaces.database(view).equals(command.database()));
        collections.all().stream()
            .filter(known -> Namespaces.database(known.namespace()).equals(command.database()))
            .forEach(CollectionCommands::revive);
      }
      case "renameCollection" -> {
        revive(collections.find(command.collection(), command.string(command.name())));
        revive(dropTarget(command));
        if (command.isTrue("dropTarget")) {
          collections.holders(command.string("to")).forEach(CollectionCommands::revive);
        }
        if (command.collection() == null) {
          collections.leaveOutCreation(null, command.string("to"));
        }
      }
      default -> {}
    }
  }

  /** Names the collection by its whole namespace, and its UUID among what is imported. */
  private void leaveOutImport(Command command) {
    if (!command.isTrue("dryRun")) {
      BsonValue uuid = command.fields();
      for (String field : List.of("catalogEntry", "md", "options", "uuid")) {
        uuid = uuid instanceof BsonDocument inside ? inside.get(field) : null;
      }
      collections.leaveOutCreation(Command.uuidOrNull(uuid), command.string(command.name()));
    }
  }

  private static void revive(TrackedCollection collection) {
    if (collection != null) {
      collection.revive();
    }
  }

  /** The collection that is emptied, or null if it is not followed. */
  TrackedCollection emptied(Command command, boolean fuzzy) {
    return collections.require(command, fuzzy);
  }
}
