package dev.tidemark.restorer.snapshot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Holds the compressed bytes of one range until those of the ranges before it are uploaded: in
 * memory while they are few, else in a file that goes with it. One thread at a time uses it.
 */
final class RangeSpool extends OutputStream {

  private static final int IN_MEMORY = 2 << 20;

  private final Path directory;
  private ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private Path file;
  private OutputStream fileOut;
  private long size;

  /**
   * @param directory where a file goes if one is needed
   */
  RangeSpool(Path directory) {
    this.directory = directory;
  }

  long size() {
    return size;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (fileOut == null && size + length > IN_MEMORY) {
      file = Files.createTempFile(directory, "range-", ".spool");
      fileOut = Files.newOutputStream(file);
      memory.writeTo(fileOut);
      memory = new ByteArrayOutputStream(0);
    }
    if (fileOut == null) {
      memory.write(bytes, offset, length);
    } else {
      fileOut.write(bytes, offset, length);
    }
    size += length;
  }

  @Override
  public void close() throws IOException {
    if (fileOut != null) {
      fileOut.close();
    }
  }

  /** All that was written. The spool must be closed. */
  InputStream open() throws IOException {
    return file == null
        ? new ByteArrayInputStream(memory.toByteArray())
        : Files.newInputStream(file);
  }

  /** Forgets everything. */
  void discard() throws IOException {
    close();
    memory = new ByteArrayOutputStream(0);
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
