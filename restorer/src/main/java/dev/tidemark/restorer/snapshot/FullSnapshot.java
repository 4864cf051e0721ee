package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.utils.Time;

/**
 * Takes a full snapshot of a cluster: the data of its replica sets, side by side, then the
 * manifest, which makes it exist. A snapshot that fails or is cancelled is removed. Thread-safe.
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
   * @param sources its replica sets
   * @param snapshotId a new id
   */
  SnapshotManifest take(
      String cluster,
      List<DeploymentAddress> sources,
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
      List<SnapshotSetManifest> sets = take(sources, objects, settings, meter);
      SnapshotManifest manifest =
          new SnapshotManifest(
              snapshotId,
              cluster,
              SnapshotKind.FULL,
              startedAt,
              Instant.ofEpochMilli(time.milliseconds()),
              sets);
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

  /** The replica sets are read side by side, so that they end close to each other. */
  private List<SnapshotSetManifest> take(
      List<DeploymentAddress> sources,
      SnapshotObjects objects,
      SnapshotSettings settings,
      SnapshotMeter meter)
      throws InterruptedException, IOException {
    List<Callable<SnapshotSetManifest>> readers = new ArrayList<>();
    for (DeploymentAddress source : sources) {
      readers.add(
          () -> Manifests.of(new SnapshotTaker(source, objects, settings, meter, time).take()));
    }
    List<SnapshotSetManifest> sets = new ArrayList<>(SideBySide.run(readers, meter::abort));
    sets.sort(Comparator.comparing(set -> set.set().name()));
    refuseSameNames(sets);
    return sets;
  }

  private static void refuseSameNames(List<SnapshotSetManifest> sets) {
    for (int i = 1; i < sets.size(); i++) {
      String name = sets.get(i).set().name();
      if (name.equals(sets.get(i - 1).set().name())) {
        throw new TidemarkException(
            RestorerError.REQUEST_NOT_SUPPORTED,
            "not supported yet: a cluster in which two replica sets are called " + name,
            name,
            "Configure them as clusters of their own");
      }
    }
  }
}
