package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.OptionalLong;

/**
 * The bytes of some blocks of a file, one after another. The channel stays open. Whether they are
 * the right ones is known at the end: {@code DUMP_MALFORMED}.
 */
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
  private final OptionalLong checksum;
  private final String where;
  private final Crc64 sum = new Crc64();
  private int current;
  private long read;

  /**
   * @param checksum of all bytes, if it is known
   * @param where for messages
   */
  BlockInputStream(FileChannel channel, List<Block> blocks, OptionalLong checksum, String where) {
    this.channel = channel;
    this.blocks = blocks;
    this.checksum = checksum;
    this.where = where;
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
          sum.update(target, offset, count);
        }
        return count;
      }
      current++;
      read = 0;
    }
    if (checksum.isPresent() && checksum.getAsLong() != sum.value()) {
      throw new ArchiveException(
          ArchiveError.DUMP_MALFORMED,
          "the documents are not those that mongodump wrote: their checksum is another one",
          where,
          "Take the dump again, or fetch the file again");
    }
    return -1;
  }
}
