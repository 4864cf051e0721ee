package dev.tidemark.archive.crypt;

import dev.tidemark.archive.store.ByteRange;
import java.io.InputStream;
import java.util.Objects;

/** Streams a plain range of an encrypted object, some MiB at a time. Not thread-safe. */
final class DecryptingInputStream extends InputStream {

  private static final int FETCH_BYTES = 4 * 1024 * 1024;

  private final EncryptedRange object;
  private final long end;
  private long next;
  private byte[] buffer = new byte[0];
  private int position;

  DecryptingInputStream(EncryptedRange object, long start, long end) {
    this.object = object;
    this.next = start;
    this.end = end;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (position == buffer.length) {
      if (next >= end) {
        return -1;
      }
      buffer = object.read(new ByteRange(next, Math.min(FETCH_BYTES, end - next)));
      next += buffer.length;
      position = 0;
    }
    int read = Math.min(length, buffer.length - position);
    System.arraycopy(buffer, position, target, offset, read);
    position += read;
    return read;
  }

  @Override
  public int available() {
    return buffer.length - position;
  }
}
