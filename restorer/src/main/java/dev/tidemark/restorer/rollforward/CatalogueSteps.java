package dev.tidemark.restorer.rollforward;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.oplog.catalog.CollectionType;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.sink.TargetIndexes;
import dev.tidemark.restorer.sink.TargetNamespaces;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Brings the collections, views and indexes of a target from those of its base to the wanted ones.
 *
 * <p>Nothing is replayed: what is there now is compared with what shall be, by UUID, so that every
 * step may be taken again after a crash, by whoever lists what is there then. Used by one thread.
 */
final class CatalogueSteps {

  private static final String ID_INDEX = "_id_";

  private final CatalogueCommand command;
  private final Concerned concerned;
  private final Set<UUID> baseUuids;
  private final List<RestoredCollection> wanted;
  private final Set<RestoredCollection> touched;
  private final Set<RestoredCollection> rebuilt;
  private final Map<UUID, RestoredCollection> survivors = new HashMap<>();

  /**
   * @param command makes the changes
   * @param concerned what of the target this is about
   * @param base what was there before the first write
   * @param wanted what shall be there
   * @param touched those of the wanted whose documents change
   * @param rebuilt those of the touched that are made anew
   */
  CatalogueSteps(
      CatalogueCommand command,
      Concerned concerned,
      ListedBase base,
      List<RestoredCollection> wanted,
      Set<RestoredCollection> touched,
      Set<RestoredCollection> rebuilt) {
    this.command = command;
    this.concerned = concerned;
    this.baseUuids = base.uuids();
    this.wanted = List.copyOf(wanted);
    this.touched = Set.copyOf(touched);
    this.rebuilt = Set.copyOf(rebuilt);
    for (RestoredCollection collection : wanted) {
      collection
          .metadata()
          .uuid()
          .filter(baseUuids::contains)
          .ifPresent(uuid -> survivors.put(uuid, collection));
    }
  }

  /** Whether it gets its options and indexes together with new documents. */
  private boolean isRebuilt(RestoredCollection collection) {
    return rebuilt.contains(collection);
  }

  /**
   * Everything that has to be done before documents are written: drop, rename, create, change
   * options, and drop the indexes that do not stay as they are, or that would refuse documents on
   * their way.
   */
  void prepare() {
    List<CatalogueEntry> now = now();
    now.stream().filter(this::isOver).forEach(this::drop);
    rename(now.stream().filter(entry -> !isOver(entry)).toList());
    now = now();
    Set<String> taken = names(now);
    for (RestoredCollection collection : wanted) {
      if (!collection.metadata().isView() && !taken.contains(collection.namespace())) {
        new TargetNamespaces(command.target(), command.lease()).create(collection);
      }
    }
    for (CatalogueEntry entry : now) {
      RestoredCollection survivor = entry.uuid().map(survivors::get).orElse(null);
      if (survivor != null && !isRebuilt(survivor)) {
        changeOptions(entry, survivor);
        dropIndexes(entry, survivor);
      }
    }
  }

  private List<CatalogueEntry> now() {
    return TargetState.entries(TargetState.list(command.target())).stream()
        .filter(entry -> concerned.has(entry) || isMade(entry))
        .toList();
  }

  /**
   * Whether an earlier attempt has made it, already under the name that it gets: by its own name,
   * which the request speaks of, it is not known on the target any more. Nothing else can have that
   * name, because what was in the way on the base was refused.
   */
  private boolean isMade(CatalogueEntry entry) {
    return entry.uuid().filter(baseUuids::contains).isEmpty()
        && wanted.stream().anyMatch(one -> one.namespace().equals(entry.namespace()));
  }

  private static Set<String> names(List<CatalogueEntry> entries) {
    return entries.stream().map(CatalogueEntry::namespace).collect(Collectors.toSet());
  }

  /** Whether something of the base does not survive. */
  private boolean isOver(CatalogueEntry entry) {
    if (entry.type() == CollectionType.VIEW) {
      return wantedView(entry.namespace())
          .map(view -> !view.metadata().options().equals(entry.options()))
          .orElse(true);
    }
    return entry
        .uuid()
        .map(uuid -> baseUuids.contains(uuid) && !survivors.containsKey(uuid))
        .orElse(false);
  }

  private Optional<RestoredCollection> wantedView(String namespace) {
    return wanted.stream()
        .filter(collection -> collection.metadata().isView())
        .filter(view -> view.namespace().equals(namespace))
        .findFirst();
  }

  private void drop(CatalogueEntry entry) {
    command.drop(entry.namespace(), meant(entry));
  }

  /** What a command may be told to expect; the server's own names of buckets are not. */
  private static Optional<UUID> meant(CatalogueEntry entry) {
    return entry.type() == CollectionType.COLLECTION ? entry.uuid() : Optional.empty();
  }

  /** Gives survivors their names, some of them by way of another name where two change places. */
  private void rename(List<CatalogueEntry> entries) {
    Map<UUID, String> moving = new HashMap<>();
    Set<String> taken = new HashSet<>();
    for (CatalogueEntry entry : entries) {
      taken.add(entry.namespace());
      RestoredCollection survivor = entry.uuid().map(survivors::get).orElse(null);
      if (survivor != null && !survivor.namespace().equals(entry.namespace())) {
        moving.put(entry.uuid().orElseThrow(), entry.namespace());
      }
    }
    while (!moving.isEmpty()) {
      List<UUID> free =
          moving.keySet().stream()
              .filter(uuid -> !taken.contains(survivors.get(uuid).namespace()))
              .toList();
      for (UUID uuid : free) {
        move(uuid, moving.remove(uuid), survivors.get(uuid).namespace(), taken);
      }
      if (free.isEmpty()) {
        UUID uuid = moving.keySet().iterator().next();
        String from = moving.get(uuid);
        String aside = database(from) + ".tidemark-" + uuid;
        move(uuid, from, aside, taken);
        moving.put(uuid, aside);
      }
    }
  }

  private void move(UUID uuid, String from, String to, Set<String> taken) {
    command.rename(from, to, Optional.of(uuid), Optional.empty());
    taken.remove(from);
    taken.add(to);
  }

  private void changeOptions(CatalogueEntry entry, RestoredCollection survivor) {
    BsonDocument changes =
        OptionChanges.between(entry.options(), survivor.metadata().options(), survivor.namespace());
    if (!changes.isEmpty()) {
      BsonDocument collMod = new BsonDocument("collMod", new BsonString(survivor.name()));
      collMod.putAll(changes);
      command.run(
          survivor.database(),
          collMod,
          meant(entry),
          "change the options of " + survivor.namespace());
    }
  }

  private void dropIndexes(CatalogueEntry entry, RestoredCollection survivor) {
    List<BsonDocument> stay = survivor.metadata().indexes();
    for (BsonDocument index : entry.indexes()) {
      String name = indexName(index);
      boolean ofCollection = name.equals(ID_INDEX) || index.containsKey("clustered");
      boolean inTheWay = touched.contains(survivor) && isTrue(index.get("unique"));
      if (!ofCollection && (inTheWay || !stay.contains(index))) {
        command.run(
            survivor.database(),
            new BsonDocument("dropIndexes", new BsonString(survivor.name()))
                .append("index", new BsonString(name)),
            meant(entry),
            "drop an index of " + survivor.namespace());
      }
    }
  }

  private static boolean isTrue(BsonValue value) {
    return value instanceof BsonBoolean flag && flag.getValue();
  }

  private static String indexName(BsonDocument index) {
    return index.getString("name", new BsonString("")).getValue();
  }

  /** The wanted collections with those of their indexes that are missing. */
  List<RestoredCollection> missingIndexes() {
    Map<String, Set<String>> present = new HashMap<>();
    for (CatalogueEntry entry : now()) {
      present.put(
          entry.namespace(),
          entry.indexes().stream().map(CatalogueSteps::indexName).collect(Collectors.toSet()));
    }
    List<RestoredCollection> missing = new ArrayList<>();
    for (RestoredCollection collection : wanted) {
      Set<String> names = present.getOrDefault(collection.namespace(), Set.of());
      List<BsonDocument> indexes =
          collection.metadata().indexes().stream()
              .filter(index -> !names.contains(indexName(index)))
              .toList();
      if (!collection.metadata().isView() && !indexes.isEmpty()) {
        CollectionMetadata metadata = collection.metadata();
        missing.add(
            new RestoredCollection(
                collection.source(),
                collection.database(),
                collection.name(),
                new CollectionMetadata(
                    metadata.type(), metadata.options(), indexes, metadata.uuid())));
      }
    }
    return missing;
  }

  /**
   * Creates the views that are missing and builds indexes.
   *
   * @param leaveOutViolated whether a unique index that documents violate is left out
   * @return the indexes that were left out, as {@code namespace name}
   */
  List<String> finish(
      List<RestoredCollection> missingIndexes, boolean leaveOutViolated, IntConsumer onBuilt) {
    Set<String> present = names(now());
    for (RestoredCollection view : wanted) {
      if (view.metadata().isView() && !present.contains(view.namespace())) {
        new TargetNamespaces(command.target(), command.lease()).create(view);
      }
    }
    return new TargetIndexes(command.target(), command.lease())
        .build(missingIndexes, leaveOutViolated, onBuilt);
  }

  private static String database(String namespace) {
    return namespace.substring(0, namespace.indexOf('.'));
  }
}
