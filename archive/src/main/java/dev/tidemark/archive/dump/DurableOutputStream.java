package dev.tidemark.archive.dump;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;

/** Writes to a file whose content is on the disk when it is closed. */
final class DurableOutputStream extends FilterOutputStream {

  private final FileChannel channel;

  DurableOutputStream(FileChannel channel, OutputStream out) {
    super(out);
    this.channel = channel;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try (channel) {
        channel.force(true);
      }
    }
  }
}
