package dev.tidemark.archive.index;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One loading of a set's index. */
final class IndexLoad {

  private final ObjectStore store;
  private final ObjectKeys keys;
  private final ReplicaSetRef set;
  private final ParallelReads reads;
  private final Map<String, ObjectInfo> objects = new TreeMap<>();
  private final Map<String, IndexedSegment> found = new HashMap<>();
  private final Set<OptimeHour> rolledUp = new HashSet<>();
  private final Map<String, OptimeHour> damagedTombstones = new TreeMap<>();
  private final List<IndexedSegment> unclear = new ArrayList<>();
  private final List<Defect> defects = new ArrayList<>();
  private boolean hasRemovedSpans;

  IndexLoad(ObjectStore store, ObjectKeys keys, ReplicaSetRef set, ParallelReads reads) {
    this.store = store;
    this.keys = keys;
    this.set = set;
    this.reads = reads;
  }

  SetIndex run() {
    // Roll-ups first: what is stored between the two listings then only seems new.
    Map<String, OptimeHour> rollupKeys = rollupKeys();
    Set<String> buried = new HashSet<>(buried());
    try (Stream<ObjectInfo> listed = store.list(keys.segmentsPrefix(set))) {
      listed
          .filter(object -> SegmentKey.parse(object.key()).isPresent())
          .forEach(object -> objects.put(object.key(), object));
    }
    for (Optional<Rollup> rollup : reads.map(rollupKeys.keySet(), this::read)) {
      rollup.ifPresent(r -> take(r, rollupKeys.get(r.key()), buried));
    }
    takeHeaders(buried);
    return new SetIndex(
        set,
        sorted(found.values()),
        rolledUp,
        removed(),
        new UnclearHours(damagedTombstones, sorted(unclear)),
        defects);
  }

  private static List<IndexedSegment> sorted(Collection<IndexedSegment> segments) {
    return segments.stream()
        .sorted(
            Comparator.comparing(
                    (IndexedSegment s) -> s.entry().getFirstTs(), Long::compareUnsigned)
                .thenComparing(s -> s.entry().getObjectKey()))
        .toList();
  }

  private Map<String, OptimeHour> rollupKeys() {
    Map<String, OptimeHour> hours = new TreeMap<>();
    try (Stream<ObjectInfo> listed = store.list(keys.rollupPrefix(set))) {
      listed.forEach(
          object -> keys.parseRollup(set, object.key()).ifPresent(h -> hours.put(object.key(), h)));
    }
    return hours;
  }

  private List<String> buried() {
    List<String> listed;
    try (Stream<ObjectInfo> objects = store.list(keys.tombstonePrefix(set))) {
      listed = objects.map(ObjectInfo::key).toList();
    }
    hasRemovedSpans = listed.contains(keys.removedSpans(set));
    List<String> tombstones =
        listed.stream().filter(key -> keys.parseTombstone(set, key).isPresent()).toList();
    return reads.map(tombstones, this::tombstone).stream()
        .flatMap(Optional::stream)
        .flatMap(tombstone -> tombstone.keys().stream())
        .toList();
  }

  private Optional<Tombstone> tombstone(String key) {
    try {
      return Tombstone.read(store, key);
    } catch (ArchiveException e) {
      if (!e.isDamage()) {
        throw e;
      }
      damaged(key, e);
      return Optional.empty();
    }
  }

  private synchronized void damaged(String tombstone, ArchiveException e) {
    damagedTombstones.put(tombstone, keys.parseTombstone(set, tombstone).orElseThrow());
    add(
        new Defect(
            DefectKind.TOMBSTONE_CORRUPT,
            tombstone,
            e.reason() + "; segments of its hour that no roll-up names are left out"));
  }

  private RemovedSpans removed() {
    String key = keys.removedSpans(set);
    if (!hasRemovedSpans) {
      return RemovedSpans.NONE;
    }
    try {
      return RemovedSpans.decode(key, store.read(key), where(key));
    } catch (ArchiveException e) {
      if (!e.isDamage()) {
        throw e;
      }
      add(
          new Defect(
              DefectKind.REMOVED_SPANS_CORRUPT,
              key,
              e.reason() + "; what retention removed looks like a loss"));
      return RemovedSpans.NONE;
    }
  }

  private Optional<Rollup> read(String key) {
    try {
      return Optional.of(Rollup.decode(key, store.read(key), where(key)));
    } catch (ArchiveException e) {
      switch (e.error()) {
        // A damaged byte can make it look like something else altogether.
        case ARCHIVE_OBJECT_CORRUPT, ARCHIVE_FORMAT_UNKNOWN ->
            add(new Defect(DefectKind.INDEX_CORRUPT, key, e.reason()));
        case ARCHIVE_OBJECT_MISSING -> {
          // Deleted since the listing: all of its segments were buried.
        }
        default -> throw e;
      }
      return Optional.empty();
    }
  }

  private void take(Rollup rollup, OptimeHour hour, Set<String> buried) {
    rolledUp.add(hour);
    for (SegmentIndexEntry entry : rollup.entries()) {
      String key = entry.getObjectKey();
      ObjectInfo object = objects.get(key);
      if (buried.contains(key)) {
        continue;
      }
      if (object == null) {
        add(
            new Defect(
                DefectKind.SEGMENT_MISSING,
                key,
                "the roll-up of "
                    + hour
                    + " names it with "
                    + entry.getEntryCount()
                    + " entries, but it is not there"));
      } else if (object.size() != entry.getObjectBytes()) {
        objects.remove(key);
        add(
            new Defect(
                DefectKind.SEGMENT_SIZE,
                key,
                "it has %d bytes instead of %d".formatted(object.size(), entry.getObjectBytes())));
      } else {
        found.put(key, new IndexedSegment(entry, object, true));
      }
    }
  }

  private void takeHeaders(Set<String> buried) {
    List<ObjectInfo> unknown =
        objects.values().stream()
            .filter(object -> !found.containsKey(object.key()) && !buried.contains(object.key()))
            .toList();
    for (Optional<IndexedSegment> segment : reads.map(unknown, this::header)) {
      segment.ifPresent(
          s -> {
            SegmentKey key = SegmentKey.parse(s.object().key()).orElseThrow();
            OptimeHour hour = key.hour();
            if (damagedTombstones.containsValue(hour)) {
              unclear.add(s);
              return;
            }
            found.put(s.object().key(), s);
            // A compaction that is not finished yet: the roll-up names what it will replace.
            if (rolledUp.contains(hour) && !key.isCompacted()) {
              add(
                  new Defect(
                      DefectKind.INDEX_STALE,
                      keys.rollup(set, hour),
                      "it does not name the segment " + s.object().key()));
            }
          });
    }
  }

  private Optional<IndexedSegment> header(ObjectInfo object) {
    try {
      SegmentIndexEntry entry = SegmentReader.open(store, object.key()).entry();
      if (object.size() != entry.getObjectBytes()) {
        add(
            new Defect(
                DefectKind.SEGMENT_SIZE,
                object.key(),
                "it has %d bytes instead of %d".formatted(object.size(), entry.getObjectBytes())));
        return Optional.empty();
      }
      return Optional.of(new IndexedSegment(entry, object, false));
    } catch (ArchiveException e) {
      switch (e.error()) {
        case ARCHIVE_OBJECT_CORRUPT, ARCHIVE_FORMAT_UNKNOWN ->
            add(new Defect(DefectKind.SEGMENT_CORRUPT, object.key(), e.reason()));
        case ARCHIVE_OBJECT_MISSING -> {
          // Deleted between the listing and now: then it is not there.
        }
        default -> throw e;
      }
      return Optional.empty();
    }
  }

  private synchronized void add(Defect defect) {
    defects.add(defect);
  }

  private String where(String key) {
    return store.location() + "/" + key;
  }
}
