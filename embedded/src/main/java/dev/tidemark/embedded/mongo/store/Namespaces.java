package dev.tidemark.embedded.mongo.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Which collections exist, by namespace and by UUID. Writers hold the simulator's write lock;
 * readers need none.
 */
public final class Namespaces {

  private final ConcurrentSkipListMap<String, SimulatedCollection> byName =
      new ConcurrentSkipListMap<>();
  private final Map<UUID, SimulatedCollection> byUuid = new ConcurrentHashMap<>();

  public SimulatedCollection get(String namespace) {
    return byName.get(namespace);
  }

  public SimulatedCollection get(UUID uuid) {
    return byUuid.get(uuid);
  }

  public void add(SimulatedCollection collection) {
    byUuid.put(collection.uuid(), collection);
    byName.put(collection.namespace(), collection);
  }

  public void remove(SimulatedCollection collection) {
    byName.remove(collection.namespace());
    byUuid.remove(collection.uuid());
  }

  public void rename(SimulatedCollection collection, String namespace) {
    byName.remove(collection.namespace());
    collection.rename(namespace);
    byName.put(namespace, collection);
  }

  /** The collections of a database, by name. */
  public Collection<SimulatedCollection> of(String database) {
    return List.copyOf(byName.subMap(database + ".", database + "/").values());
  }

  public Set<String> databases() {
    Set<String> databases = new TreeSet<>();
    byName.keySet().forEach(name -> databases.add(name.substring(0, name.indexOf('.'))));
    return databases;
  }
}
