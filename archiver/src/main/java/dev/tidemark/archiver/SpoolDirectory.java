package dev.tidemark.archiver;

import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's own folder in the spool directory, locked while it lives. Folders of processes
 * that died are removed: what was in them is in the topic still.
 */
final class SpoolDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);
  private static final String PREFIX = "run-";
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;

  private SpoolDirectory(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Makes the folder.
   *
   * @throws TidemarkException {@code ARCHIVER_CONFIG_INVALID} if the directory cannot be written
   */
  static SpoolDirectory open(Path directory) {
    try {
      Files.createDirectories(directory);
      removeAbandoned(directory);
      Path folder = Files.createTempDirectory(directory, PREFIX);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return new SpoolDirectory(folder, channel);
    } catch (IOException e) {
      throw new TidemarkException(
          ArchiverError.ARCHIVER_CONFIG_INVALID,
          "the spool directory cannot be used: " + e.getMessage(),
          directory.toString(),
          "Set spool.dir to a directory that the archiver may write",
          e);
    }
  }

  private static void removeAbandoned(Path directory) throws IOException {
    for (Path folder : list(directory)) {
      Path lock = folder.resolve(LOCK);
      if (folder.getFileName().toString().startsWith(PREFIX) && Files.exists(lock)) {
        removeIfAbandoned(folder, lock);
      }
    }
  }

  private static void removeIfAbandoned(Path folder, Path lock) throws IOException {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        remove(folder);
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("{} belongs to another archiver of this process", folder, e);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.toList();
    }
  }

  private static void remove(Path folder) throws IOException {
    for (Path file : list(folder)) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    try {
      if (lock.isOpen()) {
        remove(folder);
        lock.close();
      }
    } catch (IOException e) {
      LOG.warn("{} could not be removed; the next start does it", folder, e);
    }
  }
}
