package dev.tidemark.restorer.copy;

import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies of snapshots in a directory of this machine, which is an archive of its own: {@code
 * --archive file:<directory>} restores from it. Encrypted as the archive is. Thread-safe.
 */
public final class LocalCopies implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);
  private static final long HOURS_BETWEEN_LOOKS = 1;

  private final Path directory;
  private final ObjectStore copies;
  private final Duration kept;
  private final int partBytes;
  private final Time time;
  private final ScheduledExecutorService expiry;
  private final ScheduledFuture<?> looks;

  private LocalCopies(Path directory, ObjectStore copies, Duration kept, int partBytes, Time time) {
    this.directory = directory;
    this.copies = copies;
    this.kept = kept;
    this.partBytes = partBytes;
    this.time = time;
    this.expiry =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "local-copies");
              thread.setDaemon(true);
              return thread;
            });
    this.looks =
        expiry.scheduleWithFixedDelay(this::expire, 0, HOURS_BETWEEN_LOOKS, TimeUnit.HOURS);
  }

  /**
   * Opens the directory, which is made if need be, and deletes from now on what is kept no longer.
   *
   * @return empty if none is configured
   * @throws TidemarkException LOCAL_FILE_FAILED if it cannot be used, or lies with the archive
   */
  public static Optional<LocalCopies> open(RestorerConfig config, Time time) {
    return config
        .snapshotLocalDirectory()
        .map(
            directory -> {
              requireApart(directory, config.archive().url());
              create(directory);
              return new LocalCopies(
                  directory,
                  ObjectStores.open(config.archive().withUrl("file:" + directory)),
                  config.snapshotLocalAge(),
                  config.archive().partBytes(),
                  time);
            });
  }

  /** What is too old for a copy would be deleted from the archive. */
  static void requireApart(Path directory, String archiveUrl) {
    Path copies = directory.toAbsolutePath().normalize();
    ObjectStores.directoryOf(archiveUrl)
        .map(archive -> archive.toAbsolutePath().normalize())
        .filter(archive -> archive.startsWith(copies) || copies.startsWith(archive))
        .ifPresent(
            archive -> {
              throw new TidemarkException(
                  RestorerError.LOCAL_FILE_FAILED,
                  "Copies of snapshots would lie in the archive and be deleted from it as they"
                      + " expire",
                  archive.toString(),
                  "Give "
                      + RestorerConfig.SNAPSHOT_LOCAL_DIRECTORY_CONFIG
                      + " a directory of its own, or leave it empty");
            });
  }

  private static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new TidemarkException(
          RestorerError.LOCAL_FILE_FAILED,
          "The directory for copies of snapshots cannot be made: " + e.getMessage(),
          directory.toString(),
          "Correct " + RestorerConfig.SNAPSHOT_LOCAL_DIRECTORY_CONFIG + ", or its parent's rights",
          e);
    }
  }

  /**
   * Copies a snapshot; one that is there already is left alone. The snapshot is good in any case,
   * so that a failure is told and no more.
   *
   * @param archive where the snapshot is
   * @param cancelled ends the copy
   * @return what the operator should know; empty if all is well
   */
  public Optional<String> copy(
      ObjectStore archive, SnapshotManifest manifest, BooleanSupplier cancelled) {
    expire();
    try {
      requireSpace(manifest);
      new SnapshotCopy(archive, copies, partBytes).copy(manifest, cancelled);
      LOG.info("Snapshot {} is copied to {}", manifest.snapshotId(), copies.location());
      return Optional.empty();
    } catch (RuntimeException | IOException e) {
      // Whatever it is: disks fail in more ways than are foreseen, and the snapshot is good.
      LOG.warn("Snapshot {} is not copied to {}", manifest.snapshotId(), copies.location(), e);
      return Optional.of(
          "The snapshot is complete, but there is no copy of it in "
              + directory
              + ": "
              + e.getMessage());
    }
  }

  /** A full disk may hurt more than this copy. */
  private void requireSpace(SnapshotManifest manifest) throws IOException {
    long needed = manifest.objects().stream().mapToLong(StoredObject::bytes).sum();
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < needed) {
      throw new TidemarkException(
          RestorerError.LOCAL_FILE_FAILED,
          "It needs " + needed + " bytes and " + free + " are free",
          directory.toString(),
          "Free space, or keep copies for a shorter time");
    }
  }

  private void expire() {
    try {
      ExpiredCopies expired = new ExpiredCopies(copies, kept);
      for (String id : expired.delete(Instant.ofEpochMilli(time.milliseconds()))) {
        LOG.info("Deleted the copy of snapshot {} in {}", id, copies.location());
      }
    } catch (RuntimeException e) {
      // A timer that throws never comes again.
      LOG.warn("Old copies in {} could not be deleted", copies.location(), e);
    }
  }

  @Override
  public void close() {
    looks.cancel(true);
    expiry.shutdownNow();
    copies.close();
  }
}
