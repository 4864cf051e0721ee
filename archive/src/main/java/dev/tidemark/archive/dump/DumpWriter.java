package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a dump directory as mongodump does; it appears under its name when it is complete.
 *
 * <p>Different collections may be written by different threads at the same time.
 */
public final class DumpWriter implements Closeable {

  static final String SNAPSHOT = "snapshot.json";

  private final PendingDirectory directory;
  private final boolean gzip;

  private DumpWriter(PendingDirectory directory, boolean gzip) {
    this.directory = directory;
    this.gzip = gzip;
  }

  /**
   * Begins a dump.
   *
   * @param target the directory, which must not exist
   * @param gzip whether documents and metadata are compressed
   * @throws dev.tidemark.archive.error.ArchiveException {@code DUMP_EXISTS}
   */
  public static DumpWriter create(Path target, boolean gzip) throws IOException {
    return new DumpWriter(PendingDirectory.create(target), gzip);
  }

  /** Writes the metadata of a collection or view. */
  public void metadata(String database, String collection, CollectionMetadata metadata)
      throws IOException {
    byte[] json = MetadataJson.print(collection, metadata).getBytes(StandardCharsets.UTF_8);
    try (OutputStream file = create(database, collection, ".metadata.json")) {
      file.write(json, 0, json.length);
    }
  }

  /** Begins the documents of a collection. The caller closes the writer. */
  public DocumentWriter documents(String database, String collection) throws IOException {
    return new DocumentWriter(create(database, collection, ".bson"));
  }

  private OutputStream create(String database, String collection, String suffix)
      throws IOException {
    requireName(database);
    Path folder = directory.path().resolve(database);
    Files.createDirectories(folder);
    String name = CollectionFileName.of(collection) + suffix + (gzip ? ".gz" : "");
    return AppendingFile.create(folder.resolve(name), gzip);
  }

  /** A database is a directory, and its name comes from entries that anybody may have written. */
  private void requireName(String database) {
    boolean leads =
        database.isEmpty()
            || database.equals(".")
            || database.equals("..")
            || database.chars().anyMatch(c -> c == '/' || c == '\\' || c == 0);
    if (leads) {
      throw new ArchiveException(
          ArchiveError.DUMP_NAME_INVALID,
          "'" + database + "' cannot be the name of a database",
          directory.path().toString(),
          "No server has such a database: check where the entries come from");
    }
  }

  /** Writes the times and lets the directory appear. All writers must be closed. */
  public void finish(SnapshotTimes times) throws IOException {
    Files.writeString(directory.path().resolve(SNAPSHOT), SnapshotJson.print(times));
    directory.appear();
  }

  /** Without {@link #finish} everything is removed. */
  @Override
  public void close() throws IOException {
    directory.close();
  }
}
