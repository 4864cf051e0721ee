package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Writes a dump directory as mongodump does. The directory appears under its name when it is
 * complete: until {@link #finish} everything lies in a sibling whose name ends with {@code
 * .partial}, and {@link #close()} without {@code finish} removes it.
 *
 * <p>Different collections may be written by different threads at the same time.
 */
public final class DumpWriter implements Closeable {

  static final String SNAPSHOT = "snapshot.json";

  private final Path target;
  private final Path partial;
  private final boolean gzip;
  private boolean finished;

  private DumpWriter(Path target, Path partial, boolean gzip) {
    this.target = target;
    this.partial = partial;
    this.gzip = gzip;
  }

  /**
   * Begins a dump.
   *
   * @param target the directory, which must not exist
   * @param gzip whether documents and metadata are compressed
   * @throws ArchiveException {@code DUMP_EXISTS}
   */
  public static DumpWriter create(Path target, boolean gzip) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
    refuseExisting(absolute, "Choose another directory or remove this one");
    refuseExisting(partial, "If no other run is writing it, remove it");
    Files.createDirectories(partial);
    return new DumpWriter(absolute, partial, gzip);
  }

  private static void refuseExisting(Path path, String remedy) {
    if (Files.exists(path)) {
      throw new ArchiveException(
          ArchiveError.DUMP_EXISTS, "the directory for the dump exists", path.toString(), remedy);
    }
  }

  /** Writes the metadata of a collection or view. */
  public void metadata(String database, String collection, CollectionMetadata metadata)
      throws IOException {
    byte[] json = MetadataJson.print(collection, metadata).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = create(database, collection, ".metadata.json")) {
      out.write(json);
    }
  }

  /** Begins the documents of a collection. The caller closes the writer. */
  public DocumentWriter documents(String database, String collection) throws IOException {
    return new DocumentWriter(create(database, collection, ".bson"));
  }

  private OutputStream create(String database, String collection, String suffix)
      throws IOException {
    Path directory = partial.resolve(database);
    Files.createDirectories(directory);
    String name = CollectionFileName.of(collection) + suffix + (gzip ? ".gz" : "");
    FileChannel channel =
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    OutputStream durable = new DurableOutputStream(channel, Channels.newOutputStream(channel));
    try {
      return gzip ? new FastGzipOutputStream(durable) : durable;
    } catch (IOException e) {
      durable.close();
      throw e;
    }
  }

  /** Writes the times and lets the directory appear. All writers must be closed. */
  public void finish(SnapshotTimes times) throws IOException {
    Files.writeString(partial.resolve(SNAPSHOT), SnapshotJson.print(times));
    refuseExisting(target, "The finished dump lies beside it under the name " + partial);
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    finished = true;
  }

  @Override
  public void close() throws IOException {
    if (finished || !Files.exists(partial)) {
      return;
    }
    Files.walkFileTree(
        partial,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
