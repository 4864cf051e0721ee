package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.utils.Time;

/**
 * Takes a full snapshot of one replica set: the data, then the manifest, which makes it exist. A
 * snapshot that fails or is cancelled is removed. Thread-safe.
 */
final class FullSnapshot {

  private static final int UPLOAD_THREADS = 4;

  private final ObjectStore store;
  private final int partBytes;
  private final Time time;

  FullSnapshot(ObjectStore store, int partBytes, Time time) {
    this.store = store;
    this.partBytes = partBytes;
    this.time = time;
  }

  /**
   * Takes it.
   *
   * @param cluster the name under which it is archived
   * @param snapshotId a new id
   */
  SnapshotManifest take(
      String cluster,
      DeploymentAddress source,
      String snapshotId,
      SnapshotSettings settings,
      SnapshotMeter meter)
      throws IOException, InterruptedException {
    Instant startedAt = Instant.ofEpochMilli(time.milliseconds());
    ObjectKeys keys = new ObjectKeys(cluster);
    ExecutorService uploads = Executors.newFixedThreadPool(UPLOAD_THREADS);
    SnapshotObjects objects = new SnapshotObjects(store, keys, snapshotId, partBytes, uploads);
    boolean complete = false;
    try {
      TakenSnapshot taken = new SnapshotTaker(source, objects, settings, meter, time).take();
      SnapshotManifest manifest =
          new SnapshotManifest(
              snapshotId,
              cluster,
              SnapshotKind.FULL,
              startedAt,
              Instant.ofEpochMilli(time.milliseconds()),
              List.of(Manifests.of(taken)));
      new SnapshotCatalogue(store, keys).complete(manifest);
      complete = true;
      return manifest;
    } finally {
      uploads.shutdown();
      if (!complete) {
        objects.removeUnfinished();
      }
    }
  }
}
