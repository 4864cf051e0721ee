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
import java.util.Collection;
import java.util.Optional;
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
    String key = keys.tombstone(set, hour, tombstone.digest());
    store.put(key, ObjectContent.of(tombstone.encode()), PutCondition.ifAbsent());
    new RollupKeeper(store, keys).rollUp(set, hour);
    log.debug("Buried {} segments of {} hour {}", tombstone.keys().size(), set, hour);
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
   */
  void noteRemoved(ReplicaSetRef set, Collection<SegmentIndexEntry> removed, Optime oldestKept) {
    String key = keys.removedSpans(set);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<ObjectInfo> old = store.head(key);
      RemovedSpans known =
          old.isPresent() ? RemovedSpans.decode(store.read(key), where(key)) : RemovedSpans.NONE;
      RemovedSpans spans = known.plus(removed, oldestKept);
      if (spans.equals(known) || put(key, old, spans.encode())) {
        return;
      }
    }
    throw contended(key);
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
