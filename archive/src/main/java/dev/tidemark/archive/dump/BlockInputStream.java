package dev.tidemark.archive.dump;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/** The bytes of some blocks of a file, one after another. The channel stays open. */
final class BlockInputStream extends InputStream {

  /**
   * A part of a file.
   *
   * @param offset its first byte
   * @param length its bytes
   */
  record Block(long offset, long length) {}

  private final FileChannel channel;
  private final List<Block> blocks;
  private int current;
  private long read;

  BlockInputStream(FileChannel channel, List<Block> blocks) {
    this.channel = channel;
    this.blocks = blocks;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (current < blocks.size()) {
      Block block = blocks.get(current);
      long left = block.length() - read;
      if (left > 0) {
        ByteBuffer buffer = ByteBuffer.wrap(target, offset, (int) Math.min(left, length));
        // A read at a position leaves the channel's own untouched, so threads can share it.
        int count = channel.read(buffer, block.offset() + read);
        if (count > 0) {
          read += count;
        }
        return count;
      }
      current++;
      read = 0;
    }
    return -1;
  }
}
