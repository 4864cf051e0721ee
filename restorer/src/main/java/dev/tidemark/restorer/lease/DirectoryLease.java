package dev.tidemark.restorer.lease;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * The lease of a directory on this machine: a locked file in it. The operating system gives the
 * lock back when the process ends. A restore into a directory keeps no checkpoint, it starts again.
 */
public final class DirectoryLease implements TargetLease {

  /** The file that is locked. */
  public static final String FILE = ".tidemark.lock";

  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;

  private DirectoryLease(Path file, FileChannel channel, FileLock lock) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Creates the directory if need be and locks it.
   *
   * @throws TidemarkException TARGET_BUSY if another restore holds it
   */
  public static DirectoryLease take(Path directory, String worker, String request) {
    Path file = directory.resolve(FILE);
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new TidemarkException(
            RestorerError.TARGET_BUSY,
            "Another restore holds the directory",
            directory.toString(),
            "Wait until it is over or cancel it, then send the request again with a new id");
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap((request + " " + worker + "\n").getBytes(StandardCharsets.UTF_8)));
      return new DirectoryLease(file, channel, lock);
    } catch (IOException e) {
      throw new TidemarkException(
          RestorerError.TARGET_NOT_WRITABLE,
          "The directory cannot be written: " + e.getMessage(),
          directory.toString(),
          "Give the worker's user the right to write there",
          e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public long epoch() {
    return 1;
  }

  @Override
  public Duration remaining() {
    if (!lock.isValid()) {
      throw new TidemarkException(
          RestorerError.TARGET_LEASE_LOST,
          "The directory was given back",
          file.toString(),
          "Nothing more is written by this worker");
    }
    return Duration.ofDays(1);
  }

  @Override
  public Optional<BsonDocument> checkpoint() {
    return Optional.empty();
  }

  @Override
  public void store(BsonDocument checkpoint) {
    remaining();
  }

  @Override
  public void release(boolean over) {
    if (!channel.isOpen()) {
      return;
    }
    try {
      // Removed while still locked: whoever comes next creates and locks a file of its own.
      Files.deleteIfExists(file);
      channel.close();
    } catch (IOException e) {
      throw new TidemarkException(
          RestorerError.LOCAL_FILE_FAILED,
          "The lock file could not be removed: " + e.getMessage(),
          file.toString(),
          "Remove it by hand",
          e);
    }
  }

  @Override
  public void close() {
    release(false);
  }
}
