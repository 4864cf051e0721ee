package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotOplog;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.UploadStream;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.restorer.restore.ArchivePin;
import dev.tidemark.restorer.restore.ArchiveRestore;
import dev.tidemark.restorer.restore.ArchiveRestore.Names;
import dev.tidemark.restorer.restore.ArchivedSet;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a new snapshot out of the archive: rolls the newest one forward to the archive's end, and
 * never asks the source. Thread-safe.
 *
 * <p>The new snapshot shows one moment: START and END are the last archived entry. It brings the
 * entries from the oldest transaction that was open there, so that it can be rolled forward when
 * everything before it is gone.
 */
final class SyntheticSnapshot {

  private static final Logger LOG = LoggerFactory.getLogger(SyntheticSnapshot.class);
  private static final int UPLOAD_THREADS = 4;

  private final ObjectStore store;
  private final int partBytes;
  private final Time time;

  SyntheticSnapshot(ObjectStore store, int partBytes, Time time) {
    this.store = store;
    this.partBytes = partBytes;
    this.time = time;
  }

  /**
   * A snapshot that exists.
   *
   * @param warnings what the operator should know
   */
  record Made(SnapshotManifest manifest, List<String> warnings) {}

  /**
   * Makes it.
   *
   * @param cluster the name under which it is archived
   * @param to the moment; {@code latest} for the archive's end
   * @param snapshotId a new id
   * @throws dev.tidemark.archive.plan.TargetUnreachableException if no snapshot and no oplog lead
   *     there
   * @throws TidemarkException SNAPSHOT_UP_TO_DATE if there is nothing behind the newest snapshot;
   *     MERGE_BASE_INCOMPLETE if that snapshot and the oplog do not fit together
   */
  Made make(
      String cluster,
      RestoreTarget to,
      String snapshotId,
      SnapshotSettings settings,
      MergeOptions options,
      SnapshotMeter meter)
      throws IOException {
    Instant startedAt = Instant.ofEpochMilli(time.milliseconds());
    ObjectKeys keys = ArchiveIndex.cluster(store, Optional.of(cluster));
    ArchiveRestore restore =
        ArchiveRestore.plan(
            new ArchiveIndex(store, keys),
            new PlanRequest(to, Optional.empty(), PlanCheck.HEADERS),
            Names.ALL,
            options);
    requireProgress(restore);
    LOG.info(
        "Snapshot {}: {} rolled forward to {}, {} entries",
        snapshotId,
        restore.plan().snapshot().snapshotId(),
        restore.plan().optime(),
        restore.entries());
    // The next snapshot shows what this one cannot yet: nobody has to do anything about it.
    restore.earlier().ifPresent(why -> LOG.info("Snapshot {}: {}", snapshotId, why));
    ExecutorService uploads = uploads();
    SnapshotObjects objects = new SnapshotObjects(store, keys, snapshotId, partBytes, uploads);
    boolean complete = false;
    try (ArchivePin pin = restore.pin(snapshotId, time)) {
      List<SnapshotSetManifest> sets = new ArrayList<>();
      List<String> warnings = new ArrayList<>(restore.defects());
      for (ArchivedSet set : restore.sets()) {
        sets.add(write(restore, set, objects, settings, meter, warnings));
      }
      SnapshotManifest manifest =
          new SnapshotManifest(
              snapshotId,
              cluster,
              SnapshotKind.SYNTHETIC,
              startedAt,
              Instant.ofEpochMilli(time.milliseconds()),
              sets);
      meter.checkNotCancelled();
      new SnapshotCatalogue(store, keys).complete(manifest);
      complete = true;
      return new Made(manifest, warnings);
    } finally {
      uploads.shutdown();
      if (!complete) {
        objects.removeUnfinished();
      }
    }
  }

  private static void requireProgress(ArchiveRestore restore) {
    List<SetPlan> sets = restore.plan().sets();
    if (sets.stream().noneMatch(set -> set.cut().isAfter(set.snapshot().end()))) {
      throw new TidemarkException(
          RestorerError.SNAPSHOT_UP_TO_DATE,
          "Nothing is archived behind snapshot "
              + restore.plan().snapshot().snapshotId()
              + ", which ends at "
              + sets.get(0).snapshot().end(),
          restore.plan().keys().cluster(),
          "Ask again when more is archived, or ask for a full snapshot");
    }
  }

  /** Whoever produces parts faster than they can be uploaded uploads some himself. */
  private static ExecutorService uploads() {
    return new ThreadPoolExecutor(
        UPLOAD_THREADS,
        UPLOAD_THREADS,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(UPLOAD_THREADS),
        new ThreadPoolExecutor.CallerRunsPolicy());
  }

  /** Writes what the snapshot holds of a replica set. */
  private SnapshotSetManifest write(
      ArchiveRestore restore,
      ArchivedSet set,
      SnapshotObjects objects,
      SnapshotSettings settings,
      SnapshotMeter meter,
      List<String> warnings)
      throws IOException {
    SnapshotSetManifest base = set.plan().snapshot();
    Optime end = set.plan().cut();
    try (SnapshotSink sink =
        new SnapshotSink(objects, base.set().name(), settings, partBytes, end)) {
      MergeReport report = set.everythingTo(sink, listener(meter));
      requireComplete(report, restore);
      warnings.addAll(report.warnings());
      Optime fetchStart = report.oldestOpen().orElse(end);
      SnapshotOplog oplog =
          oplog(set.oplog(), fetchStart, objects, base.set().name(), settings.compression());
      return new SnapshotSetManifest(
          base.set(),
          "",
          base.serverVersion(),
          base.featureVersion(),
          fetchStart,
          end,
          end,
          withUnlogged(sink.collections(), restore, base, objects),
          Optional.of(oplog));
    }
  }

  private List<SnapshotCollection> withUnlogged(
      List<SnapshotCollection> merged,
      ArchiveRestore restore,
      SnapshotSetManifest base,
      SnapshotObjects objects) {
    List<SnapshotCollection> all =
        new ArrayList<>(
            new UnloggedCollections(store, restore.plan().keys())
                .carry(restore.plan().snapshot().snapshotId(), base, objects));
    all.addAll(merged);
    all.sort(
        Comparator.comparing(SnapshotCollection::database).thenComparing(SnapshotCollection::name));
    return all;
  }

  private static MergeListener listener(SnapshotMeter meter) {
    return new MergeListener() {
      @Override
      public void onEntries(long count) {
        meter.checkNotCancelled();
      }

      @Override
      public void onBaseBytes(long bytes) {
        meter.checkNotCancelled();
      }

      @Override
      public void onWritten(long documents, long bytes) {
        meter.written(documents, bytes);
      }
    };
  }

  /** What is missing in the base would be missing in everything that is made of it. */
  private static void requireComplete(MergeReport report, ArchiveRestore restore) {
    if (!report.complete()) {
      throw new TidemarkException(
          RestorerError.MERGE_BASE_INCOMPLETE,
          report.unexplained().count()
              + " updates found no document in snapshot "
              + restore.plan().snapshot().snapshotId()
              + ", first "
              + report.unexplained().examples().get(0),
          restore.plan().keys().cluster(),
          "Take a full snapshot; run tidemark verify --deep on the archive");
    }
  }

  /** The entries from {@code fetchStart} to the snapshot's moment. */
  private static SnapshotOplog oplog(
      OplogSource source,
      Optime fetchStart,
      SnapshotObjects objects,
      String setFolder,
      Compression compression)
      throws IOException {
    // mongorestore looks for exactly this name, compressed or not.
    String key = objects.key(setFolder, "oplog.bson");
    DocumentSum sum = new DocumentSum();
    try (UploadStream out = objects.upload(key)) {
      try (DocumentWriter writer = new DocumentWriter(compression.compress(new OpenStream(out)));
          DocumentStream entries = source.open(fetchStart)) {
        for (BsonSlice entry = entries.next(); entry != null; entry = entries.next()) {
          if (!new Optime(entry.find("ts").timestamp()).isBefore(fetchStart)) {
            writer.write(entry);
            sum.add(entry);
          }
        }
      }
      out.complete();
      return new SnapshotOplog(
          new StoredObject(key, out.written(), out.takeCrc32c()), sum.digest());
    }
  }
}
