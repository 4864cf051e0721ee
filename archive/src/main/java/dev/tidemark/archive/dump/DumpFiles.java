package dev.tidemark.archive.dump;

import dev.tidemark.archive.container.ContainerHeader;
import dev.tidemark.archive.error.ArchiveException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens files of a dump. Whether one is compressed is decided by its content, not its name: a
 * compressed {@code oplog.bson} has no suffix that tells.
 */
final class DumpFiles {

  private static final int BUFFER = 128 << 10;
  private static final int GZIP_MAGIC_1 = 0x1f;
  private static final int GZIP_MAGIC_2 = 0x8b;

  private DumpFiles() {}

  /** The file's content, decompressed if it is compressed. */
  static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      BufferedInputStream buffered = new BufferedInputStream(raw, BUFFER);
      return isGzip(buffered)
          ? WholeGzipInputStream.open(buffered, BUFFER, file.toString())
          : buffered;
    } catch (IOException | ArchiveException e) {
      raw.close();
      throw e;
    }
  }

  static DocumentReader documents(Path file) throws IOException {
    return new DocumentReader(open(file), file.toString());
  }

  static String text(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static boolean isGzip(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 2)) {
      return isGzip(in);
    }
  }

  /**
   * Segments begin with bytes that no document of a server can begin with: it would be too long.
   */
  static boolean isSegment(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return ContainerHeader.isContainer(in.readNBytes(4));
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == GZIP_MAGIC_1 && in.read() == GZIP_MAGIC_2;
    in.reset();
    return gzip;
  }
}
