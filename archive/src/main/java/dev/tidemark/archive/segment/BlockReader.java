package dev.tidemark.archive.segment;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.tidemark.archive.container.Varint;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.schemas.archive.BlockIndex;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Decompresses Avro blocks. zstd checks each frame's checksum. Every block gets memory of its own,
 * so that views of its entries stay valid. Not thread-safe.
 */
final class BlockReader implements AutoCloseable {

  private static final long MAX_BLOCK_BYTES = 1L << 30;

  private final byte[] sync;
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private final CRC32C crc = new CRC32C();

  BlockReader(byte[] sync) {
    this.sync = sync;
  }

  /**
   * A block's data.
   *
   * @param data the encoded events, one after the other
   * @param count how many
   */
  record Block(ByteBuffer data, long count) {}

  /**
   * Reads the block at the position of {@code in} and moves the position behind it.
   *
   * @param expected what the index says of it
   * @param length bytes of the block
   * @param where for messages: object and offset
   */
  Block read(ByteBuffer in, BlockIndex expected, int length, String where) {
    try {
      crc.reset();
      crc.update(in.slice(in.position(), Math.min(length, in.remaining())));
      if ((int) crc.getValue() != expected.getCrc32c()) {
        throw ArchiveException.corrupt("a block fails its checksum", where, null);
      }
      long count = varLong(in, where);
      long size = varLong(in, where);
      if (count != expected.getCount()) {
        throw ArchiveException.corrupt(
            "a block holds " + count + " entries, its index says otherwise", where, null);
      }
      if (size < 0 || size > in.remaining() - sync.length) {
        throw ArchiveException.corrupt("a block has an impossible length", where, null);
      }
      int start = in.arrayOffset() + in.position();
      byte[] data = decompress(in.array(), start, (int) size, where);
      in.position(in.position() + (int) size);
      ByteBuffer end = in.slice(in.position(), sync.length);
      if (!end.equals(ByteBuffer.wrap(sync))) {
        throw ArchiveException.corrupt("a block does not end with the sync marker", where, null);
      }
      in.position(in.position() + sync.length);
      return new Block(ByteBuffer.wrap(data), count);
    } catch (BufferUnderflowException e) {
      throw ArchiveException.corrupt("the object ends within a block", where, e);
    }
  }

  private static long varLong(ByteBuffer in, String where) {
    return Varint.read(
        in, () -> ArchiveException.corrupt("a number has too many bits", where, null));
  }

  private byte[] decompress(byte[] frame, int offset, int length, String where) {
    long size = Zstd.getFrameContentSize(frame, offset, length);
    if (size < 0 || size > MAX_BLOCK_BYTES) {
      throw ArchiveException.corrupt("a block is not a zstd frame of known size", where, null);
    }
    byte[] data = new byte[(int) size];
    try {
      int written = zstd.decompressByteArray(data, 0, data.length, frame, offset, length);
      if (written != data.length) {
        throw ArchiveException.corrupt("a block is shorter than it says", where, null);
      }
      return data;
    } catch (ZstdException e) {
      throw ArchiveException.corrupt("a block cannot be decompressed", where, e);
    }
  }

  @Override
  public void close() {
    zstd.close();
  }
}
