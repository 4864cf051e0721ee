package dev.tidemark.archive.verify;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/** Adds up the CRC-32C of what passes through. Not thread-safe. */
final class ChecksummedInputStream extends FilterInputStream {

  private final CRC32C crc = new CRC32C();

  ChecksummedInputStream(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      crc.update(value);
    }
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = super.read(target, offset, length);
    if (read > 0) {
      crc.update(target, offset, read);
    }
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] skipped = new byte[(int) Math.min(count, 8192)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** The checksum of what was read so far. */
  long checksum() {
    return crc.getValue();
  }
}
