package dev.tidemark.archiver;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentCursor;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.ArrayList;
import java.util.List;

/** What an archive holds of a set called rs0, read back from its objects alone. */
record ArchivedEntries(List<SegmentIndexEntry> segments, List<TopicWriter.Written> entries) {

  static ArchivedEntries of(ObjectStore store, ObjectKeys keys, String setId) {
    List<SegmentIndexEntry> segments = new ArrayList<>();
    List<TopicWriter.Written> entries = new ArrayList<>();
    for (String key : keys(store, keys, setId)) {
      SegmentReader reader = SegmentReader.open(store, key);
      segments.add(reader.entry());
      try (SegmentCursor cursor = reader.entries()) {
        OplogEventView event;
        while ((event = cursor.next()) != null) {
          entries.add(TopicWriter.Written.of(event.ts(), event.entry()));
        }
      }
    }
    return new ArchivedEntries(segments, entries);
  }

  /** The last optime of the last segment, 0 if there is none. */
  static long newest(ObjectStore store, ObjectKeys keys, String setId) {
    List<String> found = keys(store, keys, setId);
    return found.isEmpty()
        ? 0
        : SegmentReader.open(store, found.get(found.size() - 1)).entry().getLastTs();
  }

  /** The objects of a set, in the order of their first optimes. */
  static List<String> keys(ObjectStore store, ObjectKeys keys, String setId) {
    String prefix = keys.segmentsPrefix(new ReplicaSetRef("rs0", setId));
    return store
        .list(prefix)
        .flatMap(object -> SegmentKey.parse(object.key()).stream())
        .map(SegmentKey::key)
        .toList();
  }
}
