package dev.tidemark.restorer.snapshot;

import java.io.IOException;
import java.io.OutputStream;

/** Keeps the stream behind it open when it is closed itself. */
final class OpenStream extends OutputStream {

  private final OutputStream out;

  OpenStream(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    out.write(value);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }
}
