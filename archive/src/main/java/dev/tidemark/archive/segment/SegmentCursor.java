package dev.tidemark.archive.segment;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.BlockIndex;
import dev.tidemark.schemas.event.OplogEventDecoder;
import dev.tidemark.schemas.event.OplogEventView;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Walks the entries of a segment in order. Neighbouring blocks are fetched together. The views it
 * gives stay valid. Not thread-safe.
 */
public final class SegmentCursor implements EventCursor {

  /** Large enough that a request's latency does not count, small enough for many cursors. */
  private static final long FETCH_BYTES = 4L * 1024 * 1024;

  private final RangeReader object;
  private final String where;
  private final List<BlockIndex> blocks;
  private final long objectBytes;
  private final int endBlock;
  private final Optime from;
  private final Optime to;
  private final OplogEventDecoder decoder;
  private final BlockReader blockReader;
  private int nextBlock;
  private int fetchedUpTo;
  private ByteBuffer fetched = ByteBuffer.allocate(0);
  private ByteBuffer data = ByteBuffer.allocate(0);
  private ByteBuffer datum;
  private long left;
  private boolean ended;

  SegmentCursor(
      RangeReader object,
      String where,
      SegmentHeader header,
      int firstBlock,
      int endBlock,
      Optime from,
      Optime to) {
    this.object = object;
    this.where = where;
    this.blocks = header.entry().getBlocks();
    this.objectBytes = header.entry().getObjectBytes();
    this.nextBlock = firstBlock;
    this.fetchedUpTo = firstBlock;
    this.endBlock = endBlock;
    this.from = from;
    this.to = to;
    this.decoder = new OplogEventDecoder(header.writerSchema());
    this.blockReader = new BlockReader(header.sync());
  }

  @Override
  public OplogEventView next() {
    while (!ended) {
      if (left == 0) {
        if (!nextBlock()) {
          ended = true;
          return null;
        }
      } else {
        OplogEventView event = decode();
        Optime optime = new Optime(event.ts());
        if (optime.isAfter(to)) {
          ended = true;
          return null;
        }
        if (!optime.isBefore(from)) {
          return event;
        }
      }
    }
    return null;
  }

  /** The Avro encoding of the entry that {@link #next()} gave last. */
  public ByteBuffer datum() {
    return datum;
  }

  private OplogEventView decode() {
    try {
      int start = data.position();
      OplogEventView event = decoder.decodeNext(data);
      datum = data.slice(start, data.position() - start);
      left--;
      if (left == 0 && data.hasRemaining()) {
        throw ArchiveException.corrupt(
            "a block holds more than its entries", at(nextBlock - 1), null);
      }
      return event;
    } catch (SerializationException e) {
      throw ArchiveException.corrupt(
          "a block does not hold oplog events: " + e.getMessage(), at(nextBlock - 1), e);
    }
  }

  private boolean nextBlock() {
    if (nextBlock == endBlock) {
      return false;
    }
    if (nextBlock == fetchedUpTo) {
      fetch();
    }
    BlockIndex expected = blocks.get(nextBlock);
    int length = Math.toIntExact(endOf(nextBlock) - expected.getOffset());
    BlockReader.Block block = blockReader.read(fetched, expected, length, at(nextBlock));
    data = block.data();
    left = block.count();
    nextBlock++;
    return true;
  }

  private void fetch() {
    long start = blocks.get(nextBlock).getOffset();
    int end = nextBlock + 1;
    while (end < endBlock && endOf(end) - start <= FETCH_BYTES) {
      end++;
    }
    long length = endOf(end - 1) - start;
    if (start < 0 || length < 1 || length > Integer.MAX_VALUE) {
      throw ArchiveException.corrupt(
          "the offsets of the blocks make no sense", at(nextBlock), null);
    }
    byte[] bytes = object.read(new ByteRange(start, length));
    if (bytes.length < length) {
      throw ArchiveException.corrupt(
          "the object is cut off: %d bytes are missing".formatted(length - bytes.length),
          at(nextBlock),
          null);
    }
    fetched = ByteBuffer.wrap(bytes);
    fetchedUpTo = end;
  }

  private long endOf(int block) {
    return block + 1 < blocks.size() ? blocks.get(block + 1).getOffset() : objectBytes;
  }

  private String at(int block) {
    return where + " byte " + blocks.get(block).getOffset();
  }

  /** Frees native memory. */
  @Override
  public void close() {
    ended = true;
    blockReader.close();
  }
}
