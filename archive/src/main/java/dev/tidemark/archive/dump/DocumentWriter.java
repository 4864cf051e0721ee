package dev.tidemark.archive.dump;

import dev.tidemark.oplog.bson.BsonSlice;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** Writes BSON documents one after another. Not thread-safe. */
public final class DocumentWriter implements Closeable {

  private final OutputStream out;
  private final byte[] buffer = new byte[128 << 10];
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
      flushBuffer();
      if (length > buffer.length) {
        out.write(document.array(), document.offset(), length);
        return;
      }
    }
    System.arraycopy(document.array(), document.offset(), buffer, filled, length);
    filled += length;
  }

  private void flushBuffer() throws IOException {
    out.write(buffer, 0, filled);
    filled = 0;
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flushBuffer();
    }
  }
}
