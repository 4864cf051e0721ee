package dev.tidemark.archive.dump;

import dev.tidemark.oplog.bson.BsonSlice;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Writes the documents of one collection one after another. Not thread-safe. */
public final class DocumentWriter implements Closeable {

  private static final int FIRST_BUFFER = 4 << 10;
  private static final int LARGEST_BUFFER = 512 << 10;

  private final OutputStream out;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int filled;

  /**
   * @param out where to; this writer buffers and closes it
   */
  public DocumentWriter(OutputStream out) {
    this.out = out;
  }

  public void write(BsonSlice document) throws IOException {
    int length = document.length();
    if (length > buffer.length - filled) {
      makeRoom(length);
      if (length > buffer.length) {
        out.write(document.array(), document.offset(), length);
        return;
      }
    }
    System.arraycopy(document.array(), document.offset(), buffer, filled, length);
    filled += length;
  }

  /** Collections are often small and many, so a buffer grows before it is written out. */
  private void makeRoom(int length) throws IOException {
    while (length > buffer.length - filled && buffer.length < LARGEST_BUFFER) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    if (length > buffer.length - filled) {
      flush();
    }
  }

  private void flush() throws IOException {
    if (filled > 0) {
      out.write(buffer, 0, filled);
      filled = 0;
    }
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }
}
