package dev.tidemark.archive.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written piece by piece and open only while a piece is written, so that tens of
 * thousands of collections can be written side by side. A compressed one is a gzip member for every
 * piece, which together are one valid gzip file. Not thread-safe.
 */
final class AppendingFile extends OutputStream {

  private final Path file;
  private final boolean gzip;
  private boolean empty = true;

  private AppendingFile(Path file, boolean gzip) {
    this.file = file;
    this.gzip = gzip;
  }

  static AppendingFile create(Path file, boolean gzip) throws IOException {
    Files.createFile(file);
    return new AppendingFile(file, gzip);
  }

  @Override
  public void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  /** Writes a piece. */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    empty = false;
    if (gzip) {
      ByteArrayOutputStream member = new ByteArrayOutputStream(length / 2 + 64);
      try (OutputStream compressed = new FastGzipOutputStream(member)) {
        compressed.write(bytes, offset, length);
      }
      append(member.toByteArray(), 0, member.size());
    } else {
      append(bytes, offset, length);
    }
  }

  private void append(byte[] bytes, int offset, int length) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      out.write(bytes, offset, length);
    }
  }

  /** An empty compressed file is a member without content. */
  @Override
  public void close() throws IOException {
    if (empty && gzip) {
      write(new byte[0], 0, 0);
    }
  }
}
