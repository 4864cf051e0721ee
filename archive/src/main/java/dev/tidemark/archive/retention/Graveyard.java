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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tombstones of an archive. Retention and compaction may be at the same one, in one process or
 * in two: every change is made to the version that was read, or made again, so that none forgets
 * what another buried. Thread-safe.
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

  /** Takes segments of an hour out of the index; a later run deletes them. */
  void bury(ReplicaSetRef set, OptimeHour hour, Tombstone tombstone) {
    String key = keys.tombstone(set, hour);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The etag first: if the tombstone changes while it is read, the put fails.
      Optional<ObjectInfo> old = store.head(key);
      Set<String> all = new LinkedHashSet<>();
      old.ifPresent(info -> all.addAll(read(key).keys()));
      all.addAll(tombstone.keys());
      Tombstone merged =
          new Tombstone(tombstone.deleteAfter(), tombstone.reason(), List.copyOf(all));
      if (put(key, old, merged.encode())) {
        new RollupKeeper(store, keys).rollUp(set, hour);
        log.debug("Buried {} segments of {} hour {}", tombstone.keys().size(), set, hour);
        return;
      }
    }
    throw contended(key);
  }

  /** Forgets segments that are gone; the tombstone goes with the last of them. */
  void forget(String key, Collection<String> gone) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<ObjectInfo> old = store.head(key);
      if (old.isEmpty()) {
        return;
      }
      Tombstone tombstone = read(key);
      // What a run that was killed had deleted is gone, too.
      List<String> left =
          tombstone.keys().stream()
              .filter(k -> !gone.contains(k) && store.head(k).isPresent())
              .toList();
      if (left.isEmpty()) {
        store.delete(key);
        return;
      }
      Tombstone rest = new Tombstone(tombstone.deleteAfter(), tombstone.reason(), left);
      if (put(key, old, rest.encode())) {
        return;
      }
    }
    throw contended(key);
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

  private Tombstone read(String key) {
    return Tombstone.decode(store.read(key), where(key));
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
