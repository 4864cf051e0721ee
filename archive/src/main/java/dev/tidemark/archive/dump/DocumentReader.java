package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads BSON documents that follow each other in a stream.
 *
 * <p>Documents are views into blocks that are read once and never written again, so a slice stays
 * valid for as long as somebody holds it, and passing it on copies nothing. Somebody who keeps few
 * of many for long takes {@link BsonSlice#compact()}. Not thread-safe.
 */
public final class DocumentReader implements DocumentStream {

  /** Larger than any document or oplog entry of a server: 16 MiB and some wrapping. */
  private static final int MAX_DOCUMENT = 64 << 20;

  private static final int MIN_DOCUMENT = 5;
  private static final int BLOCK = 256 << 10;

  private final InputStream in;
  private final String where;
  private byte[] block = new byte[0];
  private int position;
  private int limit;
  private long consumed;

  /**
   * @param in the stream, which this reader closes
   * @param where its file or object, for messages
   */
  public DocumentReader(InputStream in, String where) {
    this.in = in;
    this.where = where;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ArchiveException {@code DUMP_MALFORMED} if the stream ends within a document or holds
   *     something else
   */
  @Override
  public BsonSlice next() throws IOException {
    if (!available(4)) {
      if (limit > position) {
        throw malformed((limit - position) + " bytes are left at the end", null);
      }
      return null;
    }
    int length =
        (block[position] & 0xFF)
            | (block[position + 1] & 0xFF) << 8
            | (block[position + 2] & 0xFF) << 16
            | (block[position + 3] & 0xFF) << 24;
    if (length < MIN_DOCUMENT || length > MAX_DOCUMENT) {
      throw malformed("a document of " + length + " bytes", null);
    }
    if (!available(length)) {
      throw malformed("the stream ends within a document of " + length + " bytes", null);
    }
    if (block[position + length - 1] != 0) {
      throw malformed("a document of " + length + " bytes is not terminated", null);
    }
    BsonSlice document = BsonSlice.of(block, position, length);
    position += length;
    consumed += length;
    return document;
  }

  /** Bytes of the documents returned so far. */
  public long bytesRead() {
    return consumed;
  }

  /** Makes the next bytes lie together in the block; false if the stream has fewer. */
  private boolean available(int wanted) throws IOException {
    if (limit - position >= wanted) {
      return true;
    }
    if (block.length - position < wanted || position == block.length) {
      byte[] next = new byte[Math.max(BLOCK, wanted)];
      System.arraycopy(block, position, next, 0, limit - position);
      limit -= position;
      position = 0;
      block = next;
    }
    while (limit - position < wanted) {
      int read;
      try {
        read = in.read(block, limit, block.length - limit);
      } catch (EOFException cut) {
        // How a gzip stream that was cut off ends.
        throw malformed("the compressed stream is cut off", cut);
      }
      if (read < 0) {
        return false;
      }
      limit += read;
    }
    return true;
  }

  private ArchiveException malformed(String what, Exception cause) {
    return new ArchiveException(
        ArchiveError.DUMP_MALFORMED,
        "not a stream of BSON documents: " + what,
        where + ", byte " + consumed,
        "Take the dump again, or fetch the file again",
        cause);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
