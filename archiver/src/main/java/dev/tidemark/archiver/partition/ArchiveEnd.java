package dev.tidemark.archiver.partition;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the archive of each replica set ends, as the objects themselves say it: the newest segment
 * is found by descending to the last folder of each level. A handful of requests per set.
 */
final class ArchiveEnd {

  /** Year, month, day, hour. */
  private static final int FOLDER_LEVELS = 4;

  private final ObjectStore store;
  private final ObjectKeys keys;

  ArchiveEnd(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /** The newest segment of every set that has one, by the set's id. */
  Map<String, SegmentIndexEntry> newestSegments() {
    Map<String, SegmentIndexEntry> newest = new HashMap<>();
    for (String folder : store.folders(keys.oplogPrefix())) {
      ReplicaSetRef.parseFolder(folder)
          .flatMap(this::newestSegment)
          .ifPresent(entry -> newest.put(entry.getSetId(), entry));
    }
    return newest;
  }

  private Optional<SegmentIndexEntry> newestSegment(ReplicaSetRef set) {
    return newestBelow(keys.segmentsPrefix(set), FOLDER_LEVELS)
        .map(key -> SegmentReader.open(store, key.key()).entry());
  }

  /** The newest segment below a folder; an hour's folder may hold none, then the one before. */
  private Optional<SegmentKey> newestBelow(String prefix, int levels) {
    if (levels == 0) {
      return store
          .list(prefix)
          .flatMap(object -> SegmentKey.parse(object.key()).stream())
          .max(Comparator.comparing(ArchiveEnd::knownEnd));
    }
    List<String> folders = store.folders(prefix);
    for (int i = folders.size() - 1; i >= 0; i--) {
      Optional<SegmentKey> newest = newestBelow(prefix + folders.get(i) + "/", levels - 1);
      if (newest.isPresent()) {
        return newest;
      }
    }
    return Optional.empty();
  }

  /** A compacted segment may begin before and end with the one that would sort last. */
  private static Optime knownEnd(SegmentKey key) {
    return key.compactedTo().orElse(key.first());
  }
}
