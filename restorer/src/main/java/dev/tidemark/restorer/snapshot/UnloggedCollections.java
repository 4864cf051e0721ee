package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ObjectStore;
import java.util.List;
import java.util.Optional;

/**
 * What a snapshot holds and no merge brings, because entries about it belong to the deployment
 * alone: {@code admin.system.version}, without which mongorestore takes no users. It goes from one
 * snapshot into the next as it is; it holds a document or two.
 */
final class UnloggedCollections {

  private static final String VERSION = "admin.system.version";

  private final ObjectStore store;
  private final ObjectKeys keys;

  UnloggedCollections(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * Stores them among the objects of another snapshot.
   *
   * @param from the snapshot that holds them
   * @param set its replica set
   * @param to the other one
   */
  List<SnapshotCollection> carry(String from, SnapshotSetManifest set, SnapshotObjects to) {
    String folder = keys.snapshotFile(from, set.set().name(), "");
    return set.collections().stream()
        .filter(collection -> collection.namespace().equals(VERSION))
        .map(
            collection ->
                new SnapshotCollection(
                    collection.database(),
                    collection.name(),
                    collection.metadata(),
                    carry(collection.data(), folder, set.set().name(), to),
                    carry(collection.metadataFile(), folder, set.set().name(), to),
                    collection.ranges()))
        .toList();
  }

  private Optional<StoredObject> carry(
      Optional<StoredObject> object, String folder, String setName, SnapshotObjects to) {
    return object.map(
        stored -> {
          String key = to.key(setName, stored.key().substring(folder.length()));
          byte[] content = store.read(stored.key());
          to.put(key, content);
          return StoredObject.of(key, content);
        });
  }
}
