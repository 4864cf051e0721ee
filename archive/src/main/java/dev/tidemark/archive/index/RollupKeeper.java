package dev.tidemark.archive.index;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes roll-ups. An hour is rolled up when a segment of a later hour is stored; several writers
 * do no harm, because all of them read the same segments. Thread-safe.
 */
public final class RollupKeeper {

  private static final int ATTEMPTS = 5;

  private final ObjectStore store;
  private final ObjectKeys keys;

  public RollupKeeper(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * Makes sure that every hour of a set that is over has a roll-up.
   *
   * @param from the first hour to look at
   * @return the hours that were rolled up now
   */
  public List<OptimeHour> rollUpFinishedHours(ReplicaSetRef set, OptimeHour from) {
    List<OptimeHour> missing = finishedHours(set, from);
    missing.forEach(hour -> rollUp(set, hour));
    return missing;
  }

  /**
   * The hours of a set that are over and have no roll-up, the oldest first.
   *
   * @param from the first hour to look at
   */
  public List<OptimeHour> finishedHours(ReplicaSetRef set, OptimeHour from) {
    Set<OptimeHour> present = new HashSet<>();
    try (Stream<ObjectInfo> listed = store.list(keys.rollupPrefix(set))) {
      listed.forEach(object -> keys.parseRollup(set, object.key()).ifPresent(present::add));
    }
    TreeSet<OptimeHour> hours = new TreeSet<>();
    try (Stream<ObjectInfo> listed =
        store.list(keys.segmentsPrefix(set), keys.hourPrefix(set, from))) {
      listed.forEach(
          object -> SegmentKey.parse(object.key()).map(SegmentKey::hour).ifPresent(hours::add));
    }
    if (!hours.isEmpty()) {
      hours.remove(hours.last());
    }
    return hours.stream().filter(hour -> !present.contains(hour)).toList();
  }

  /**
   * Writes the roll-up of an hour from the headers of its segments, whether or not there is one.
   * Segments under a tombstone are left out; an hour without any other has no roll-up.
   */
  public Rollup rollUp(ReplicaSetRef set, OptimeHour hour) {
    String key = keys.rollup(set, hour);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The etag first: if the roll-up changes while the segments are read, the put fails.
      Optional<ObjectInfo> old = store.head(key);
      Rollup rollup = new Rollup(key, headers(set, hour));
      if (rollup.entries().isEmpty()) {
        store.delete(key);
        return rollup;
      }
      byte[] bytes = rollup.encode();
      if (old.isPresent() && Arrays.equals(store.read(key), bytes)) {
        return rollup;
      }
      PutCondition condition =
          old.map(info -> PutCondition.ifMatch(info.etag())).orElse(PutCondition.ifAbsent());
      if (store.put(key, ObjectContent.of(bytes), condition).isStored()) {
        return rollup;
      }
    }
    throw new ArchiveException(
        ArchiveError.ARCHIVE_CONFLICT,
        "the roll-up is being changed by somebody else all the time",
        store.location() + "/" + key,
        "Run one archiver and one retention for a cluster");
  }

  /**
   * The index entries of an hour's segments, from their headers, in the order of their optimes.
   * Segments under a tombstone are left out.
   */
  public List<SegmentIndexEntry> headers(ReplicaSetRef set, OptimeHour hour) {
    Set<String> buried = buried(set, hour);
    List<String> segments;
    try (Stream<ObjectInfo> listed = store.list(keys.hourPrefix(set, hour))) {
      segments =
          listed
              .map(ObjectInfo::key)
              .filter(key -> SegmentKey.parse(key).isPresent() && !buried.contains(key))
              .toList();
    }
    try (ParallelReads reads = new ParallelReads()) {
      return reads.map(segments, key -> SegmentReader.open(store, key).entry());
    }
  }

  private Set<String> buried(ReplicaSetRef set, OptimeHour hour) {
    List<String> tombstones;
    try (Stream<ObjectInfo> listed = store.list(keys.tombstonePrefix(set, hour))) {
      tombstones = listed.map(ObjectInfo::key).toList();
    }
    return tombstones.stream()
        .flatMap(key -> Tombstone.read(store, key).stream())
        .flatMap(tombstone -> tombstone.keys().stream())
        .collect(Collectors.toSet());
  }
}
