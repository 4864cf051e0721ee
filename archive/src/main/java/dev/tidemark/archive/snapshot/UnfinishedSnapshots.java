package dev.tidemark.archive.snapshot;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Snapshots that have objects and no manifest: they are being taken, were given up, or lost it.
 * Nothing tells these apart but their age.
 */
public final class UnfinishedSnapshots {

  private UnfinishedSnapshots() {}

  /** Their objects, by snapshot id. */
  public static Map<String, List<ObjectInfo>> find(ObjectStore store, ObjectKeys keys) {
    Map<String, List<ObjectInfo>> found = new LinkedHashMap<>();
    for (String id : store.folders(keys.snapshotsPrefix())) {
      if (!ObjectKeys.isName(id) || store.head(keys.manifest(id)).isPresent()) {
        continue;
      }
      List<ObjectInfo> objects = new ArrayList<>();
      try (Stream<ObjectInfo> listed = store.list(keys.snapshotPrefix(id))) {
        listed.forEach(objects::add);
      }
      found.put(id, objects);
    }
    return found;
  }

  /** When something of a snapshot was last written. */
  public static Instant lastWritten(List<ObjectInfo> objects) {
    return objects.stream()
        .map(ObjectInfo::lastModified)
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }
}
