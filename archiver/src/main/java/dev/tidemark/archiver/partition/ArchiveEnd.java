package dev.tidemark.archiver.partition;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
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

  /** The end of every set that has segments, by the set's id. */
  Map<String, SetEnd> bySetId() {
    Map<String, SetEnd> ends = new HashMap<>();
    for (String folder : store.folders(keys.oplogPrefix())) {
      ReplicaSetRef.parseFolder(folder)
          .ifPresent(set -> endOf(set).ifPresent(end -> ends.put(set.setId(), end)));
    }
    return ends;
  }

  private Optional<SetEnd> endOf(ReplicaSetRef set) {
    return newestBelow(keys.segmentsPrefix(set), FOLDER_LEVELS).map(key -> endOf(set, key));
  }

  /** A damaged object is its own set's trouble alone. */
  private SetEnd endOf(ReplicaSetRef set, SegmentKey newest) {
    try {
      return new SetEnd.After(SegmentReader.open(store, newest.key()).entry());
    } catch (ArchiveException e) {
      return switch (e.error()) {
        case ARCHIVE_OBJECT_CORRUPT ->
            unreadable(
                set,
                e,
                "Bring the object back from a copy or a version of the bucket; or move it away"
                    + " while the topic still has its entries, and they are archived again. Then"
                    + " start the archiver again");
        case ARCHIVE_FORMAT_UNKNOWN ->
            unreadable(set, e, e.remedy() + ", and start the archiver again");
        default -> throw e;
      };
    }
  }

  private static SetEnd unreadable(ReplicaSetRef set, ArchiveException cause, String remedy) {
    return new SetEnd.Unreadable(
        new TidemarkException(
            ArchiverError.ARCHIVER_END_UNREADABLE,
            "the newest segment of replica set %s cannot be read: %s"
                .formatted(set, cause.reason()),
            cause.where(),
            remedy,
            cause));
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
