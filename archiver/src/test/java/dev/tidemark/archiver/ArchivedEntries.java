package dev.tidemark.archiver;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentCursor;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.ArrayList;
import java.util.List;

/** What an archive holds of a set, read back from its objects alone. */
record ArchivedEntries(List<SegmentIndexEntry> segments, List<TopicWriter.Written> entries) {

  static ArchivedEntries of(ArchiveConfig config, String cluster, String setId) {
    List<SegmentIndexEntry> segments = new ArrayList<>();
    List<TopicWriter.Written> entries = new ArrayList<>();
    try (ObjectStore store = ObjectStores.open(config)) {
      String prefix = new ObjectKeys(cluster).segmentsPrefix(new ReplicaSetRef("rs0", setId));
      for (SegmentKey key :
          store.list(prefix).flatMap(o -> SegmentKey.parse(o.key()).stream()).toList()) {
        SegmentReader reader = SegmentReader.open(store, key.key());
        segments.add(reader.entry());
        try (SegmentCursor cursor = reader.entries()) {
          OplogEventView event;
          while ((event = cursor.next()) != null) {
            entries.add(new TopicWriter.Written(event.ts(), event.entry()));
          }
        }
      }
    }
    return new ArchivedEntries(segments, entries);
  }
}
