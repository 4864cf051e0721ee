package dev.tidemark.archive.verify;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks at one snapshot at a time. Thread-safe. */
public final class SnapshotInspection {

  private final ObjectStore store;
  private final ObjectKeys keys;

  public SnapshotInspection(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /** Whether all objects are there with the right sizes, by one listing. */
  public List<Defect> presence(SnapshotManifest snapshot) {
    Map<String, Long> sizes = new HashMap<>();
    try (Stream<ObjectInfo> listed = store.list(keys.snapshotPrefix(snapshot.snapshotId()))) {
      listed.forEach(object -> sizes.put(object.key(), object.size()));
    }
    List<Defect> defects = new ArrayList<>();
    for (StoredObject object : snapshot.objects()) {
      Long size = sizes.get(object.key());
      if (size == null) {
        defects.add(
            new Defect(DefectKind.SNAPSHOT_OBJECT_MISSING, object.key(), "it is not there"));
      } else if (size != object.bytes()) {
        defects.add(
            new Defect(
                DefectKind.SNAPSHOT_OBJECT_SIZE,
                object.key(),
                "it has %d bytes instead of %d".formatted(size, object.bytes())));
      }
    }
    return defects;
  }

  /** Reads every byte: checksums, document counts and digests. */
  public List<Defect> content(SnapshotManifest snapshot) {
    List<Defect> defects = new ArrayList<>();
    ObjectCheck check = new ObjectCheck(store);
    for (SnapshotSetManifest set : snapshot.sets()) {
      for (SnapshotCollection collection : set.collections()) {
        defects.addAll(check.collection(collection));
      }
      set.oplog().ifPresent(oplog -> defects.addAll(check.oplog(oplog)));
    }
    return defects;
  }
}
