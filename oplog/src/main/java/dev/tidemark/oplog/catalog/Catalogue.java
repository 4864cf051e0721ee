package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.catalog.TrackedCollection.Origin;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;

/**
 * Which collections, views and time-series collections exist, as the oplog goes on.
 *
 * <p>It begins with what a base lists and follows every operation in the order in which it takes
 * effect. KnownCollections are identified by UUID, so that renaming, and dropping and creating
 * again under the same name, are facts and not guesses; where base or entries lack UUIDs, by the
 * name at that moment. Up to the optime at which the base was complete, two collections may share a
 * name and commands may find their work done or their object gone; afterwards this is an error.
 *
 * <p>Not thread-safe. After a failure it must not be used any more.
 *
 * <pre>{@code
 * Catalogue catalogue = new Catalogue(baseEnd);
 * base.forEach(catalogue::seed);
 * assembler.accept(entry, (operation, effective) -> {
 *   UUID collection = catalogue.apply(operation, effective);
 *   ...
 * });
 * List<CatalogueEntry> atTarget = catalogue.alive();
 * }</pre>
 */
public final class Catalogue {

  private final Optime baseEnd;
  private final KnownCollections collections = new KnownCollections();
  private final Views views = new Views();
  private final CollectionCommands commands = new CollectionCommands(collections, views);
  private final IndexCommands indexCommands = new IndexCommands(collections);
  private boolean settled;

  /**
   * @param baseEnd the optime at which the base was complete; {@link Optime#ZERO} if it shows one
   *     moment
   */
  public Catalogue(Optime baseEnd) {
    this.baseEnd = baseEnd;
  }

  /**
   * Adds what the base lists. All of it has to be added before the first operation.
   *
   * @return the identity under which {@link #apply} and {@link #alive} speak of it; null for views
   *     and for what is not followed
   */
  public UUID seed(CollectionSeed seed) {
    if (!Namespaces.isTracked(seed.namespace()) || Namespaces.isViews(seed.namespace())) {
      return null;
    }
    if (seed.type() == CollectionType.VIEW) {
      views.put(seed.namespace(), seed.options());
      return null;
    }
    TrackedCollection collection = seeded(seed);
    seed.indexes().forEach(index -> collection.indexes().put(IndexSpecs.normalised(index)));
    return collection.id();
  }

  private TrackedCollection seeded(CollectionSeed seed) {
    UUID uuid = seed.uuid().orElse(null);
    TrackedCollection listed = listed(seed.dataNamespace(), uuid);
    if (listed == null) {
      return collections.add(uuid, seed.dataNamespace(), Origin.BASE, seed.options().clone());
    }
    if (uuid != null && listed.uuid() == null) {
      collections.bind(listed, uuid);
    }
    BsonDocument options = listed.options().clone();
    options.putAll(seed.options());
    listed.options(options);
    return listed;
  }

  /** A series and its buckets are one collection if the base lists both; or null. */
  private TrackedCollection listed(String namespace, UUID uuid) {
    if (uuid == null) {
      return collections.holder(namespace);
    }
    TrackedCollection known = collections.get(uuid);
    return known == null && Timeseries.isBuckets(namespace)
        ? collections.unbound(namespace)
        : known;
  }

  /**
   * Follows one operation.
   *
   * @param effective the optime at which it takes effect
   * @return the identity of the collection whose documents it changes: by an insert, update or
   *     delete, or as a command that empties the collection; null if it changes no documents that
   *     are followed
   * @throws TidemarkException if it cannot be followed: {@code OPLOG_UNKNOWN_COMMAND}, {@code
   *     OPLOG_COMMAND_MALFORMED}, {@code OPLOG_COMMAND_NOT_REPLAYABLE}, {@code
   *     OPLOG_UNKNOWN_COLLECTION}, {@code OPLOG_UNKNOWN_INDEX}, {@code OPLOG_NAMESPACE_CONFLICT},
   *     {@code OPLOG_FCV_CHANGED}
   */
  public UUID apply(OplogEntry operation, Optime effective) {
    boolean fuzzy = !effective.isAfter(baseEnd);
    if (!fuzzy && !settled) {
      settle();
    }
    return switch (operation.kind()) {
      case INSERT, UPDATE, DELETE -> write(operation);
      case COMMAND -> command(Command.of(operation, effective), fuzzy);
      case NOOP -> null;
    };
  }

  private UUID write(OplogEntry operation) {
    String namespace = operation.namespace();
    UUID uuid = operation.collection();
    TrackedCollection collection =
        uuid == null ? collections.holder(namespace) : collections.get(uuid);
    if (collection == null) {
      if (!Namespaces.isTracked(namespace)) {
        refuseVersionChange(operation);
        return null;
      }
      collection = collections.find(uuid, namespace);
    }
    if (Namespaces.isViews(namespace)) {
      views.apply(operation);
      return null;
    }
    return (collection == null ? collections.unexplained(uuid, namespace) : collection).id();
  }

  /**
   * Takes notice of an operation that is left out, as if it had never happened: what it would have
   * dropped stays, under a name that another may take. From here on commands may find missing what
   * it would have made, and nothing else.
   *
   * @param effective the optime at which it would take effect, after the base's end
   * @return the identity of the collection whose document it would have changed; null if it would
   *     have changed none that is followed
   */
  public UUID leaveOut(OplogEntry operation, Optime effective) {
    if (!settled) {
      settle();
    }
    switch (operation.kind()) {
      case INSERT, UPDATE, DELETE -> {
        if (!Namespaces.isViews(operation.namespace())) {
          TrackedCollection collection =
              collections.find(operation.collection(), operation.namespace());
          return collection == null ? null : collection.id();
        }
        views.leaveOut(operation);
      }
      case COMMAND -> commands.leaveOut(Command.of(operation, effective));
      case NOOP -> {}
    }
    return null;
  }

  /** What is known of a collection now; empty if it does not exist. */
  public Optional<CatalogueEntry> find(UUID id) {
    return collections.byId(id).map(Catalogue::entry);
  }

  /** The document is inserted once, when a set is initiated; later changes change the version. */
  private static void refuseVersionChange(OplogEntry operation) {
    if (operation.namespace().equals(Namespaces.VERSION) && operation.kind() != OpKind.INSERT) {
      throw new TidemarkException(
          OplogError.OPLOG_FCV_CHANGED,
          "the feature compatibility version changes here",
          operation.where(),
          "Restore to an optime before it, or from a base that was taken after it");
    }
  }

  private UUID command(Command command, boolean fuzzy) {
    switch (CommandKind.of(command)) {
      case CREATE -> commands.create(command, fuzzy);
      case DROP -> commands.drop(command);
      case DROP_DATABASE -> commands.dropDatabase(command, fuzzy);
      case RENAME -> commands.rename(command, fuzzy);
      case CREATE_INDEXES -> indexCommands.createIndexes(command, fuzzy);
      case UNFINISHED_INDEXES -> indexCommands.forgetUnfinishedIndexes(command);
      case DROP_INDEXES -> indexCommands.dropIndexes(command, fuzzy);
      case COLL_MOD -> commands.collMod(command, fuzzy);
      case EMPTY_CAPPED -> {
        TrackedCollection emptied = commands.emptied(command, fuzzy);
        return emptied == null ? null : emptied.id();
      }
      case IGNORED -> {}
    }
    return null;
  }

  /** The base is complete: what it listed ahead of its time must have been explained by now. */
  private void settle() {
    settled = true;
    for (TrackedCollection collection : collections.all()) {
      if (collection.wentWithDatabase()) {
        collections.remove(collection);
      }
    }
    for (TrackedCollection collection : collections.all()) {
      if (collections.holders(collection.namespace()).size() > 1) {
        throw conflict(collection.namespace());
      }
    }
  }

  /**
   * What exists after the operations so far, sorted by namespace. KnownCollections that servers
   * keep for themselves in {@code local} and {@code config} are left out, as are the rows behind
   * views. Revived ones come behind what has their name now.
   *
   * <p>It is the state at the last operation, so the base must be complete there: call it at or
   * after its end.
   *
   * @throws TidemarkException {@code OPLOG_NAMESPACE_CONFLICT}
   */
  public List<CatalogueEntry> alive() {
    if (!settled) {
      settle();
    }
    List<CatalogueEntry> alive = new ArrayList<>();
    for (TrackedCollection collection : collections.all()) {
      if (!Namespaces.isViews(collection.namespace())) {
        alive.add(entry(collection));
      }
    }
    views
        .all()
        .forEach(
            (namespace, options) ->
                alive.add(
                    new CatalogueEntry(
                        null,
                        Optional.empty(),
                        namespace,
                        namespace,
                        CollectionType.VIEW,
                        options,
                        List.of(),
                        true,
                        views.isRevived(namespace))));
    alive.sort(
        Comparator.comparing(CatalogueEntry::namespace).thenComparing(CatalogueEntry::revived));
    for (int i = 1; i < alive.size(); i++) {
      CatalogueEntry entry = alive.get(i);
      if (!entry.revived() && entry.namespace().equals(alive.get(i - 1).namespace())) {
        throw conflict(entry.namespace());
      }
    }
    return alive;
  }

  private TidemarkException conflict(String namespace) {
    return new TidemarkException(
        OplogError.OPLOG_NAMESPACE_CONFLICT,
        "two collections or views have the name '" + namespace + "'",
        "after optime " + baseEnd + ", where the base was complete",
        "The base does not fit the oplog: use another base");
  }

  private static CatalogueEntry entry(TrackedCollection collection) {
    String namespace = collection.namespace();
    boolean timeseries = collection.options().containsKey("timeseries");
    return new CatalogueEntry(
        collection.id(),
        Optional.ofNullable(collection.uuid()),
        timeseries && Timeseries.isBuckets(namespace) ? Timeseries.seriesOf(namespace) : namespace,
        namespace,
        timeseries ? CollectionType.TIMESERIES : CollectionType.COLLECTION,
        collection.options(),
        collection.indexes().specs(),
        collection.origin() != Origin.UNEXPLAINED,
        collection.isRevived());
  }
}
