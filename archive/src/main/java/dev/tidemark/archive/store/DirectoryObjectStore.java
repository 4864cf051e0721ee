package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * An archive as plain files of one machine: for tests, for one-machine use, and for reading a
 * bucket's content that was copied, or that an S3 server keeps as files.
 *
 * <p>A put writes a hidden file, forces it to the disk and then renames it, or links it where the
 * key must be absent, so that a crash leaves no half object. Files and folders whose names start
 * with a dot are not objects. Conditional replacement is exact within one process only.
 * Thread-safe.
 */
final class DirectoryObjectStore implements ObjectStore {

  private static final int PUBLISH_ATTEMPTS = 5;

  private final Path root;
  private final Supplier<String> uniqueNames;
  private final Object replaceLock = new Object();

  private DirectoryObjectStore(Path root, Supplier<String> uniqueNames) {
    this.root = root;
    this.uniqueNames = uniqueNames;
  }

  static DirectoryObjectStore open(Path root) {
    Path absolute = root.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_NOT_FOUND,
          "the archive's directory does not exist",
          "file:" + absolute,
          "Check the path; a new archive needs an empty directory");
    }
    return new DirectoryObjectStore(absolute, () -> UUID.randomUUID().toString());
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    return withFile(
        key,
        () -> {
          Path target = path(key);
          Path staged = stage(content);
          try {
            return publish(staged, target, condition);
          } finally {
            Files.deleteIfExists(staged);
          }
        });
  }

  private Path stage(ObjectContent content) throws IOException {
    Path staged = root.resolve(".put-" + uniqueNames.get());
    try (InputStream in = content.open();
        FileChannel out =
            FileChannel.open(staged, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      in.transferTo(Channels.newOutputStream(out));
      out.force(true);
      return staged;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(staged);
      throw e;
    }
  }

  PutResult publish(Path staged, Path target, PutCondition condition) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Files.createDirectories(target.getParent());
      try {
        return move(staged, target, condition);
      } catch (NoSuchFileException e) {
        // A delete may take the empty folder away between the two steps.
        if (attempt == PUBLISH_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private PutResult move(Path staged, Path target, PutCondition condition) throws IOException {
    if (condition instanceof PutCondition.IfAbsent) {
      try {
        // A link fails if the name is taken; a rename would replace it.
        Files.createLink(target, staged);
      } catch (FileAlreadyExistsException e) {
        return PutResult.conditionFailed();
      }
    } else {
      synchronized (replaceLock) {
        if (condition instanceof PutCondition.IfMatch match
            && !(Files.isRegularFile(target) && etag(target).equals(match.etag()))) {
          return PutResult.conditionFailed();
        }
        Files.move(
            staged, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    forceDirectory(target.getParent());
    return PutResult.stored(etag(target));
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String etag(Path file) throws IOException {
    return etag(Files.readAttributes(file, BasicFileAttributes.class));
  }

  /** A replaced file is another inode, written at another time. */
  static String etag(BasicFileAttributes attributes) {
    return Integer.toHexString(String.valueOf(attributes.fileKey()).hashCode())
        + "-"
        + Long.toHexString(attributes.size())
        + "-"
        + attributes.lastModifiedTime().toInstant();
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return withFile(
        key,
        () -> {
          try {
            Path file = path(key);
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile()
                ? Optional.of(info(key, attributes))
                : Optional.empty();
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  private static ObjectInfo info(String key, BasicFileAttributes attributes) {
    return new ObjectInfo(
        key, attributes.size(), etag(attributes), attributes.lastModifiedTime().toInstant());
  }

  @Override
  public byte[] read(String key) {
    return withFile(key, () -> Files.readAllBytes(path(key)));
  }

  @Override
  public byte[] read(String key, ByteRange range) {
    return withFile(
        key,
        () -> {
          try (SeekableByteChannel channel = Files.newByteChannel(path(key))) {
            long available = Math.max(0, channel.size() - range.offset());
            ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(Math.min(available, range.length())));
            channel.position(range.offset());
            while (bytes.hasRemaining()) {
              if (channel.read(bytes) < 0) {
                break;
              }
            }
            byte[] read = new byte[bytes.position()];
            bytes.flip();
            bytes.get(read);
            return read;
          }
        });
  }

  @Override
  public InputStream open(String key) {
    return withFile(key, () -> Files.newInputStream(path(key)));
  }

  @Override
  public InputStream open(String key, ByteRange range) {
    return withFile(
        key,
        () -> {
          SeekableByteChannel channel = Files.newByteChannel(path(key));
          channel.position(range.offset());
          return new LimitedInputStream(Channels.newInputStream(channel), range.length());
        });
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String startAfter) {
    return withFile(
        prefix,
        () -> DirectoryListing.objects(root, prefix, startAfter, DirectoryObjectStore::info));
  }

  @Override
  public List<String> folders(String prefix) {
    return withFile(prefix, () -> DirectoryListing.folders(root, prefix));
  }

  @Override
  public void delete(String key) {
    withFile(
        key,
        () -> {
          Path file = path(key);
          Files.deleteIfExists(file);
          removeEmptyParents(file.getParent());
          return null;
        });
  }

  private void removeEmptyParents(Path directory) throws IOException {
    Path folder = directory;
    while (folder.startsWith(root) && !folder.equals(root)) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
      folder = folder.getParent();
    }
  }

  @Override
  public MultipartUpload startUpload(String key) {
    return withFile(
        key,
        () -> {
          Path target = path(key);
          Path parts = root.resolve(".upload-" + uniqueNames.get());
          Files.createDirectory(parts);
          return new DirectoryUpload(this, key, parts, target);
        });
  }

  @Override
  public String location() {
    return "file:" + root;
  }

  @Override
  public void close() {
    // Nothing is held between calls.
  }

  private Path path(String key) {
    for (String part : key.split("/", -1)) {
      if (part.isEmpty() || part.startsWith(".")) {
        throw new IllegalArgumentException("not a key: '" + key + "'");
      }
    }
    return root.resolve(key);
  }

  /** A step that may fail with the file system's own failures. */
  @FunctionalInterface
  interface FileStep<T> {
    T run() throws IOException;
  }

  <T> T withFile(String key, FileStep<T> step) {
    try {
      return step.run();
    } catch (NoSuchFileException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_OBJECT_MISSING,
          "the object does not exist",
          location() + "/" + key,
          "Run tidemark verify to see what is missing",
          e);
    } catch (AccessDeniedException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_ACCESS_DENIED,
          "the file system refuses access",
          location() + "/" + key,
          "Check the owner and the permissions of the directory",
          e);
    } catch (IOException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_DISK_FAILED,
          "the file system failed: " + e.getMessage(),
          location() + "/" + key,
          "Check the disk's free space and health",
          e);
    }
  }
}
