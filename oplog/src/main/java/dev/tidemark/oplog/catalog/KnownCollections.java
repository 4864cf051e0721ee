package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.catalog.TrackedCollection.Origin;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonDocument;

/**
 * All collections by UUID and by name. A name may have several holders while the base is fuzzy; the
 * last one to take it counts where only the name is given. Not thread-safe.
 */
final class KnownCollections {

  private final Map<UUID, TrackedCollection> byUuid = new HashMap<>();
  private final Map<UUID, TrackedCollection> byId = new LinkedHashMap<>();
  private final Map<String, List<TrackedCollection>> byName = new HashMap<>();
  private long made;

  /** Collections whose creation was left out; by name where they have no UUID. */
  private final Set<UUID> unmade = new HashSet<>();

  private final Set<String> unmadeNames = new HashSet<>();

  /** The creation of a collection, or what gave it this name, was left out. */
  void leaveOutCreation(UUID uuid, String namespace) {
    if (uuid == null) {
      unmadeNames.add(namespace);
    } else {
      unmade.add(uuid);
    }
  }

  /** What was never made would be gone by now, or something else was made under its name. */
  void forgetLeftOutCreation(UUID uuid, String namespace) {
    unmade.remove(uuid);
    unmadeNames.remove(namespace);
  }

  /** The same of all that is known by a name in a database. */
  void forgetLeftOutCreations(String database) {
    unmadeNames.removeIf(namespace -> Namespaces.database(namespace).equals(database));
  }

  /** Whether a collection may be missing because its creation was left out. */
  boolean isUnmade(UUID uuid, String namespace) {
    return unmade.contains(uuid) || unmadeNames.contains(namespace);
  }

  /** The collection with this UUID, or null. */
  TrackedCollection get(UUID uuid) {
    return byUuid.get(uuid);
  }

  /** The collection that the catalogue calls so. */
  Optional<TrackedCollection> byId(UUID id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Who has the name now, the latest last. */
  List<TrackedCollection> holders(String namespace) {
    return List.copyOf(byName.getOrDefault(namespace, List.of()));
  }

  /** The last to take the name, or null. */
  TrackedCollection holder(String namespace) {
    List<TrackedCollection> holders = byName.get(namespace);
    return holders == null ? null : holders.get(holders.size() - 1);
  }

  /** The holder of the name whose UUID is not known, or null. */
  TrackedCollection unbound(String namespace) {
    List<TrackedCollection> holders = byName.get(namespace);
    if (holders != null) {
      for (TrackedCollection holder : holders) {
        if (holder.uuid() == null) {
          return holder;
        }
      }
    }
    return null;
  }

  /** The collection by its UUID, else by its name if the UUID of its holder is not known. */
  TrackedCollection find(UUID uuid, String namespace) {
    if (uuid == null) {
      return holder(namespace);
    }
    TrackedCollection collection = get(uuid);
    if (collection == null) {
      collection = unbound(namespace);
      if (collection != null) {
        bind(collection, uuid);
      }
    }
    return collection;
  }

  /** Begins to follow a collection that nothing created. */
  TrackedCollection unexplained(UUID uuid, String namespace) {
    TrackedCollection collection = add(uuid, namespace, Origin.UNEXPLAINED, new BsonDocument());
    if (!Timeseries.isBuckets(namespace)) {
      collection.indexes().put(IndexSpecs.idIndex(null));
    }
    if (isUnmade(uuid, namespace)) {
      collection.missIndexes();
    }
    return collection;
  }

  /**
   * The collection that a command names; null if it is not to be followed, or if its creation was
   * left out.
   *
   * @throws TidemarkException {@code OPLOG_UNKNOWN_COLLECTION} if the base should know it
   */
  TrackedCollection require(Command command, boolean fuzzy) {
    String namespace = command.target();
    TrackedCollection collection = find(command.collection(), namespace);
    if (collection != null || !Namespaces.isTracked(namespace)) {
      return collection;
    }
    if (isUnmade(command.collection(), namespace)) {
      return null;
    }
    if (!fuzzy) {
      throw unknown(command, namespace);
    }
    return unexplained(command.collection(), namespace);
  }

  static TidemarkException unknown(Command command, String namespace) {
    return command.failure(
        OplogError.OPLOG_UNKNOWN_COLLECTION,
        "the command '"
            + command.name()
            + "' is about '"
            + namespace
            + "', which neither the base nor an entry creates",
        "The base is incomplete: use another base");
  }

  Collection<TrackedCollection> all() {
    return List.copyOf(byId.values());
  }

  /**
   * Adds a collection.
   *
   * @param uuid its UUID, or null if it is known by name only
   */
  TrackedCollection add(UUID uuid, String namespace, Origin origin, BsonDocument options) {
    TrackedCollection collection =
        new TrackedCollection(
            uuid == null ? makeUp(namespace) : uuid, uuid, namespace, origin, options);
    byId.put(collection.id(), collection);
    if (uuid != null) {
      byUuid.put(uuid, collection);
    }
    hold(collection);
    return collection;
  }

  /** An identity that depends on nothing but the order of entries. */
  private UUID makeUp(String namespace) {
    made++;
    return UUID.nameUUIDFromBytes((made + " " + namespace).getBytes(StandardCharsets.UTF_8));
  }

  /** Tells the UUID of a collection that was known by name only. */
  void bind(TrackedCollection collection, UUID uuid) {
    collection.bind(uuid);
    byUuid.put(uuid, collection);
  }

  void rename(TrackedCollection collection, String to) {
    release(collection);
    collection.rename(to);
    hold(collection);
  }

  void remove(TrackedCollection collection) {
    release(collection);
    byId.remove(collection.id());
    if (collection.uuid() != null) {
      byUuid.remove(collection.uuid());
    }
  }

  private void hold(TrackedCollection collection) {
    byName.computeIfAbsent(collection.namespace(), name -> new ArrayList<>(1)).add(collection);
  }

  private void release(TrackedCollection collection) {
    List<TrackedCollection> holders = byName.get(collection.namespace());
    holders.remove(collection);
    if (holders.isEmpty()) {
      byName.remove(collection.namespace());
    }
  }
}
