package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.UploadStream;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects of one snapshot on their way into the archive. Thread-safe. */
final class SnapshotObjects {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotObjects.class);
  private static final int PARALLEL_PARTS = 2;

  private final ObjectStore store;
  private final ObjectKeys keys;
  private final String snapshotId;
  private final int partBytes;
  private final Executor uploads;

  SnapshotObjects(
      ObjectStore store, ObjectKeys keys, String snapshotId, int partBytes, Executor uploads) {
    this.store = store;
    this.keys = keys;
    this.snapshotId = snapshotId;
    this.partBytes = partBytes;
    this.uploads = uploads;
  }

  String snapshotId() {
    return snapshotId;
  }

  /** The key of a file of a set, named as the dump layout names it. */
  String key(String setFolder, String file) {
    return keys.snapshotFile(snapshotId, setFolder, file);
  }

  void put(String key, byte[] content) {
    store.put(key, ObjectContent.of(content), PutCondition.always());
  }

  /** A stream that becomes the object when it is completed. */
  UploadStream upload(String key) {
    return new UploadStream(store.startUpload(key), partBytes, PARALLEL_PARTS, uploads);
  }

  /**
   * Removes everything after a failure, which is on its way out already. Without a manifest the
   * snapshot does not exist for anybody; what cannot be removed only costs storage.
   */
  void removeUnfinished() {
    try {
      removeAll();
    } catch (RuntimeException e) {
      LOG.warn("Objects of the unfinished snapshot {} are left", snapshotId, e);
    }
  }

  /** Removes everything of the snapshot, so that nothing is left that could be taken for good. */
  void removeAll() {
    String prefix = keys.snapshotPrefix(snapshotId);
    List<String> left;
    try (Stream<ObjectInfo> objects = store.list(prefix)) {
      left = objects.map(ObjectInfo::key).toList();
    }
    left.forEach(store::delete);
    LOG.info("Removed {} objects of the unfinished snapshot {}", left.size(), snapshotId);
  }
}
