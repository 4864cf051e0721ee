package dev.tidemark.archive.retention;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.RemovedSpans;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.index.Tombstone;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tombstones of an archive, and the note of what left its chains. Retention and compaction may
 * be at it at the same time, in one process or in two: tombstones are never changed, and the note
 * only as it was read. Thread-safe.
 */
final class Graveyard {

  private static final Logger log = LoggerFactory.getLogger(Graveyard.class);
  private static final int ATTEMPTS = 5;
  private static final Tombstone NOTHING = new Tombstone(Instant.EPOCH, "replaced", List.of());

  private final ObjectStore store;
  private final ObjectKeys keys;

  Graveyard(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * Takes segments of an hour out of the index; a later run deletes them. That they are buried
   * already is no error.
   */
  void bury(ReplicaSetRef set, OptimeHour hour, Tombstone tombstone) {
    bury(set, hour, Optional.of(tombstone), Set.of());
  }

  /**
   * The same in an hour that may have tombstones that cannot be read.
   *
   * @param tombstone empty if nothing of the hour is to be buried
   * @param damaged the keys of those tombstones: they go once the new one is there
   */
  void bury(
      ReplicaSetRef set, OptimeHour hour, Optional<Tombstone> tombstone, Set<String> damaged) {
    Optional<String> key = tombstone.map(stone -> keys.tombstone(set, hour, stone.digest()));
    if (key.isPresent()) {
      // A damaged one of the very same segments has the same key.
      PutCondition condition =
          damaged.contains(key.get()) ? PutCondition.always() : PutCondition.ifAbsent();
      store.put(key.get(), ObjectContent.of(tombstone.orElseThrow().encode(key.get())), condition);
    }
    for (String old : damaged) {
      if (!key.equals(Optional.of(old))) {
        // Without the archive's key a tombstone cannot be read either; whoever lacks it is refused
        // here, because it writes.
        store.put(old, ObjectContent.of(NOTHING.encode(old)), PutCondition.always());
        store.delete(old);
      }
    }
    new RollupKeeper(store, keys).rollUp(set, hour);
    log.debug(
        "Buried {} segments of {} hour {}",
        tombstone.map(t -> t.keys().size()).orElse(0),
        set,
        hour);
  }

  /** Removes a tombstone if everything that it names is gone. That it is gone is no error. */
  void forget(String key) {
    Tombstone.read(store, key)
        .filter(stone -> stone.keys().stream().noneMatch(this::isPresent))
        .ifPresent(stone -> store.delete(key));
  }

  private boolean isPresent(String segment) {
    return store.head(segment).isPresent();
  }

  /**
   * Notes that segments leave the chain, so that the hole does not look like a loss; before they
   * are buried.
   *
   * @param oldestKept holes before this optime need no explanation
   * @param otherwise what was removed earlier, if the note of it cannot be read
   */
  void noteRemoved(
      ReplicaSetRef set,
      Collection<SegmentIndexEntry> removed,
      Optime oldestKept,
      Supplier<RemovedSpans> otherwise) {
    String key = keys.removedSpans(set);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<ObjectInfo> old = store.head(key);
      Optional<RemovedSpans> known = old.isPresent() ? known(key) : Optional.of(RemovedSpans.NONE);
      RemovedSpans spans = known.orElseGet(otherwise).plus(removed, oldestKept);
      if (known.equals(Optional.of(spans)) || put(key, old, spans.encode(key))) {
        return;
      }
    }
    throw contended(key);
  }

  private Optional<RemovedSpans> known(String key) {
    try {
      return Optional.of(RemovedSpans.decode(key, store.read(key), where(key)));
    } catch (ArchiveException e) {
      if (!e.isDamage()) {
        throw e;
      }
      log.warn("The list of what was removed is written anew", e);
      return Optional.empty();
    }
  }

  private boolean put(String key, Optional<ObjectInfo> old, byte[] content) {
    PutCondition condition =
        old.map(info -> PutCondition.ifMatch(info.etag())).orElse(PutCondition.ifAbsent());
    return store.put(key, ObjectContent.of(content), condition).isStored();
  }

  private String where(String key) {
    return store.location() + "/" + key;
  }

  private ArchiveException contended(String key) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_CONFLICT,
        "the object is being changed by somebody else all the time",
        where(key),
        "Run one retention for a cluster at a time");
  }
}
