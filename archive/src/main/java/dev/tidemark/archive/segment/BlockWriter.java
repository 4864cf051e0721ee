package dev.tidemark.archive.segment;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.tidemark.archive.container.Varint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes Avro blocks: a count and a size as Avro longs, a zstd frame with checksum, the sync
 * marker. Not thread-safe. Once a write failed it must not be used again: half a block may be out.
 */
final class BlockWriter implements AutoCloseable {

  private static final int MAX_VARINT_BYTES = 10;

  private final WritableByteChannel out;
  private final byte[] sync;
  private final ZstdCompressCtx zstd;
  private final CRC32C crc = new CRC32C();
  private byte[] data;
  private int used;
  private byte[] frame;
  private long position;

  BlockWriter(WritableByteChannel out, byte[] sync, SegmentFormat format) {
    this.out = out;
    this.sync = sync;
    this.data = new byte[format.blockBytes() + format.blockBytes() / 8];
    this.frame = new byte[0];
    this.zstd = new ZstdCompressCtx();
    zstd.setLevel(format.zstdLevel()).setChecksum(true);
  }

  /** Bytes that wait to be compressed. */
  int pending() {
    return used;
  }

  /** Bytes written so far. */
  long position() {
    return position;
  }

  void add(ByteBuffer datum) {
    int length = datum.remaining();
    if (data.length - used < length) {
      data = Arrays.copyOf(data, Math.max(used + length, data.length * 2));
    }
    datum.get(datum.position(), data, used, length);
    used += length;
  }

  /**
   * Compresses what waits and appends it as one block.
   *
   * @return the CRC-32C of the block's bytes
   */
  int flush(long count) throws IOException {
    int header = 2 * MAX_VARINT_BYTES;
    int bound = Math.toIntExact(header + Zstd.compressBound(used) + sync.length);
    if (frame.length < bound) {
      frame = new byte[bound];
    }
    int size = zstd.compressByteArray(frame, header, frame.length - header, data, 0, used);
    byte[] lengths = new byte[header];
    int lengthBytes = Varint.write(lengths, Varint.write(lengths, 0, count), size);
    int start = header - lengthBytes;
    System.arraycopy(lengths, 0, frame, start, lengthBytes);
    System.arraycopy(sync, 0, frame, header + size, sync.length);
    ByteBuffer block = ByteBuffer.wrap(frame, start, lengthBytes + size + sync.length);
    int length = block.remaining();
    crc.reset();
    crc.update(block.duplicate());
    while (block.hasRemaining()) {
      out.write(block);
    }
    position += length;
    used = 0;
    return (int) crc.getValue();
  }

  @Override
  public void close() {
    zstd.close();
  }
}
