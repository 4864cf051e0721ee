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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes roll-ups. An hour is rolled up when a segment of a later hour is stored; several writers
 * do no harm, because all of them read the same segments. Retention and compaction may run at the
 * same time: what one of them removed since it was found makes this one look again.
 *
 * <p>A segment whose header is damaged is told of in the log and holds nothing else up: the roll-up
 * keeps what it said of it before; if it said nothing, the hour has none, and its readers look at
 * the objects. Thread-safe.
 */
public final class RollupKeeper {

  private static final Logger log = LoggerFactory.getLogger(RollupKeeper.class);
  private static final int ATTEMPTS = 5;

  private final ObjectStore store;
  private final ObjectKeys keys;

  public RollupKeeper(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * Makes sure that every hour of a set that is over has a roll-up, wherever that is possible.
   *
   * @param from the first hour to look at
   * @return the hours that were rolled up now
   * @throws ArchiveException as soon as the store is away; if one hour failed for another reason,
   *     after the others
   */
  public List<OptimeHour> rollUpFinishedHours(ReplicaSetRef set, OptimeHour from) {
    List<OptimeHour> rolledUp = new ArrayList<>();
    ArchiveException failure = null;
    for (OptimeHour hour : finishedHours(set, from)) {
      try {
        if (!rollUp(set, hour).entries().isEmpty()) {
          rolledUp.add(hour);
        }
      } catch (ArchiveException e) {
        if (e.isRetriable()) {
          throw e;
        }
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return rolledUp;
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
   *
   * @return what the hour's roll-up says now; without entries if it has none
   */
  public Rollup rollUp(ReplicaSetRef set, OptimeHour hour) {
    String key = keys.rollup(set, hour);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The etag first: if the roll-up changes while the segments are read, the put fails.
      Optional<ObjectInfo> old = store.head(key);
      Optional<byte[]> before = old.isPresent() ? read(key) : Optional.empty();
      Rollup rollup = new Rollup(key, entries(readHeaders(set, hour), key, before));
      if (rollup.entries().isEmpty()) {
        store.delete(key);
        return rollup;
      }
      byte[] bytes = rollup.encode();
      if (before.isPresent() && Arrays.equals(before.get(), bytes)) {
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

  /** Empty if somebody removed it since it was found; then the put fails as well. */
  private Optional<byte[]> read(String key) {
    try {
      return Optional.of(store.read(key));
    } catch (ArchiveException e) {
      if (e.error() == ArchiveError.ARCHIVE_OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What a roll-up has to say; nothing if it would not know one of the segments. */
  private List<SegmentIndexEntry> entries(Headers headers, String key, Optional<byte[]> before) {
    List<SegmentIndexEntry> entries = new ArrayList<>(headers.readable());
    if (!headers.damaged().isEmpty()) {
      known(key, before).stream()
          .filter(entry -> headers.damaged().contains(entry.getObjectKey()))
          .forEach(entries::add);
    }
    boolean isComplete = entries.size() == headers.readable().size() + headers.damaged().size();
    return isComplete ? entries : List.of();
  }

  private List<SegmentIndexEntry> known(String key, Optional<byte[]> before) {
    try {
      return before
          .map(bytes -> Rollup.decode(key, bytes, store.location() + "/" + key).entries())
          .orElse(List.of());
    } catch (ArchiveException e) {
      if (e.isDamage()) {
        log.warn("A roll-up is written anew without what it said: {}", e.getMessage());
        return List.of();
      }
      throw e;
    }
  }

  /**
   * The index entries of an hour's segments, from their headers, in the order of their optimes.
   * Segments under a tombstone are left out, and those whose header is damaged.
   */
  public List<SegmentIndexEntry> headers(ReplicaSetRef set, OptimeHour hour) {
    return readHeaders(set, hour).readable();
  }

  /**
   * The headers of an hour.
   *
   * @param damaged the keys of segments that have none that could be read
   */
  private record Headers(List<SegmentIndexEntry> readable, Set<String> damaged) {}

  private Headers readHeaders(ReplicaSetRef set, OptimeHour hour) {
    for (int attempt = 1; ; attempt++) {
      try {
        return listHeaders(set, hour);
      } catch (ArchiveException e) {
        // A segment was deleted since it was listed; what replaces it may have come later, too.
        if (e.error() != ArchiveError.ARCHIVE_OBJECT_MISSING || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Headers listHeaders(ReplicaSetRef set, OptimeHour hour) {
    Set<String> buried = buried(set, hour);
    List<String> segments;
    try (Stream<ObjectInfo> listed = store.list(keys.hourPrefix(set, hour))) {
      segments =
          listed
              .map(ObjectInfo::key)
              .filter(key -> SegmentKey.parse(key).isPresent() && !buried.contains(key))
              .toList();
    }
    Set<String> damaged = new HashSet<>(segments);
    try (ParallelReads reads = new ParallelReads()) {
      List<SegmentIndexEntry> readable =
          reads.map(segments, this::header).stream().flatMap(Optional::stream).toList();
      readable.forEach(entry -> damaged.remove(entry.getObjectKey()));
      return new Headers(readable, damaged);
    }
  }

  private Optional<SegmentIndexEntry> header(String key) {
    try {
      return Optional.of(SegmentReader.open(store, key).entry());
    } catch (ArchiveException e) {
      if (e.isDamage()) {
        log.error("A segment cannot be indexed: {}", e.getMessage());
        return Optional.empty();
      }
      throw e;
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
