package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.copy.LocalCopies;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.JobWork;
import dev.tidemark.restorer.request.ProgressTicker;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.request.SnapshotCompression;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.request.SnapshotRequestKind;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;

/** Carries a request for a snapshot out. */
public final class SnapshotWork implements JobWork<SnapshotRequest, SnapshotStatus> {

  private static final Duration END_PATIENCE = Duration.ofMinutes(2);
  private static final double MEGABYTE = 1_000_000;

  private final RestorerConfig config;
  private final ObjectStore store;
  private final Optional<LocalCopies> copies;
  private final Consumer<SnapshotSummary> completed;
  private final Time time;

  /**
   * @param copies where snapshots are copied to
   * @param completed told of every snapshot once it exists
   */
  public SnapshotWork(
      RestorerConfig config,
      ObjectStore store,
      Optional<LocalCopies> copies,
      Consumer<SnapshotSummary> completed,
      Time time) {
    this.copies = copies;
    this.config = config;
    this.store = store;
    this.completed = completed;
    this.time = time;
  }

  @Override
  public void run(SnapshotRequest request, boolean resumed, JobControl<SnapshotStatus> control)
      throws IOException, InterruptedException {
    boolean synthetic = request.getKind() == SnapshotRequestKind.SYNTHETIC;
    // A synthetic one is made of the archive alone: the source need not be known.
    List<DeploymentAddress> sources =
        synthetic ? List.of() : config.aliases().sets(request.getCluster());
    SnapshotCatalogue catalogue =
        new SnapshotCatalogue(store, new ObjectKeys(request.getCluster()));
    String earlier = control.status().getSnapshotId();
    if (resumed && earlier != null && finished(catalogue, earlier, control)) {
      return;
    }
    String id = SnapshotIds.of(Instant.ofEpochMilli(time.milliseconds()), request.getRequestId());
    SnapshotMeter meter =
        new SnapshotMeter(new Throttle(bytesPerSecond(request), time), control::cancelled);
    control.update(
        status ->
            SnapshotStatus.newBuilder(status)
                .setState(JobState.RUNNING)
                .setSnapshotId(id)
                .setStep(synthetic ? "rolling forward" : "reading")
                .build());
    Files.createDirectories(config.workDirectory());
    Path spool = Files.createTempDirectory(config.workDirectory(), "snapshot-");
    SnapshotManifest manifest;
    try (ProgressTicker ticker = new ProgressTicker(() -> progress(control, meter))) {
      SnapshotSettings settings = settings(request, spool);
      manifest =
          synthetic
              ? synthetic(request.getCluster(), id, settings, meter, control)
              : new FullSnapshot(store, config.archive().partBytes(), time)
                  .take(request.getCluster(), sources, id, settings, meter);
    } finally {
      deleteAll(spool);
    }
    complete(catalogue, manifest, control);
  }

  private SnapshotManifest synthetic(
      String cluster,
      String id,
      SnapshotSettings settings,
      SnapshotMeter meter,
      JobControl<SnapshotStatus> control)
      throws IOException {
    SyntheticSnapshot.Made made =
        new SyntheticSnapshot(store, config.archive().partBytes(), time)
            .make(
                cluster,
                new RestoreTarget.Latest(),
                id,
                settings,
                new MergeOptions(
                    config.restoreParallelism(), config.restoreMemory(), settings.spoolDirectory()),
                meter);
    control.update(
        status -> SnapshotStatus.newBuilder(status).setWarnings(made.warnings()).build());
    return made.manifest();
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Whether an earlier attempt had only not told of it; otherwise what it left is removed. */
  private boolean finished(
      SnapshotCatalogue catalogue, String earlier, JobControl<SnapshotStatus> control) {
    for (SnapshotCatalogue.Listed listed : catalogue.list()) {
      if (listed.snapshotId().equals(earlier) && listed.manifest().isPresent()) {
        complete(catalogue, listed.manifest().get(), control);
        return true;
      }
    }
    new SnapshotObjects(
            store,
            new ObjectKeys(control.status().getCluster()),
            earlier,
            config.archive().partBytes(),
            Runnable::run)
        .removeAll();
    return false;
  }

  private void complete(
      SnapshotCatalogue catalogue, SnapshotManifest manifest, JobControl<SnapshotStatus> control) {
    SnapshotSummary summary = catalogue.summary(manifest);
    completed.accept(summary);
    copies.ifPresent(local -> copy(local, manifest, control));
    control.update(
        status ->
            SnapshotStatus.newBuilder(status)
                .setSnapshotId(manifest.snapshotId())
                .setStep("complete")
                .setDocumentsDone(summary.getDocuments())
                .setDocumentsTotal(summary.getDocuments())
                .setBytesDone(summary.getDataBytes())
                .setBytesTotal(summary.getDataBytes())
                .setSummary(summary)
                .build());
  }

  private void copy(
      LocalCopies local, SnapshotManifest manifest, JobControl<SnapshotStatus> control) {
    control.update(status -> SnapshotStatus.newBuilder(status).setStep("copying").build());
    local
        .copy(store, manifest, control::cancelled)
        .ifPresent(
            warning ->
                control.update(
                    status -> {
                      List<String> warnings = new ArrayList<>(status.getWarnings());
                      warnings.add(warning);
                      return SnapshotStatus.newBuilder(status).setWarnings(warnings).build();
                    }));
  }

  private static void progress(JobControl<SnapshotStatus> control, SnapshotMeter meter) {
    control.update(
        status ->
            SnapshotStatus.newBuilder(status)
                .setDocumentsDone(meter.documents())
                .setBytesDone(meter.bytes())
                .build());
  }

  private double bytesPerSecond(SnapshotRequest request) {
    Double asked = request.getMaxMBps();
    return (asked == null ? config.snapshotMaxMbps() : asked) * MEGABYTE;
  }

  private SnapshotSettings settings(SnapshotRequest request, Path spool) {
    return new SnapshotSettings(
        config.snapshotParallelism(),
        config.snapshotRangeBytes(),
        request.getCompression() == SnapshotCompression.ZSTD ? Compression.ZSTD : Compression.GZIP,
        spool,
        END_PATIENCE);
  }
}
