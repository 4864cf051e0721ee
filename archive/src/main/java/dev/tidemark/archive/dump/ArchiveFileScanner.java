package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Walks over the parts of an archive file and skips documents without reading them. */
final class ArchiveFileScanner {

  /** What stands where a document would begin. */
  private static final int TERMINATOR = -1;

  private static final int MAX_DOCUMENT = 64 << 20;

  private final FileChannel channel;
  private final String where;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
  private long windowStart;
  private long position;

  ArchiveFileScanner(FileChannel channel, String where) throws IOException {
    this.channel = channel;
    this.where = where;
    this.size = channel.size();
    window.limit(0);
  }

  long position() {
    return position;
  }

  boolean atEnd() {
    return position == size;
  }

  /** The next four bytes as a number. */
  int number() throws IOException {
    int number = peek();
    position += 4;
    return number;
  }

  /** The next document, or null at a terminator, which is passed. */
  BsonSlice document() throws IOException {
    int length = peek();
    if (length == TERMINATOR) {
      position += 4;
      return null;
    }
    check(length);
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw malformed("it ends within a document");
      }
    }
    position += length;
    return BsonSlice.of(bytes.array());
  }

  /**
   * Passes all documents up to the next terminator, and it.
   *
   * @return where the last document ends
   */
  long skipDocuments() throws IOException {
    while (true) {
      int length = peek();
      if (length == TERMINATOR) {
        position += 4;
        return position - 4;
      }
      check(length);
      position += length;
    }
  }

  private void check(int length) {
    if (length < 5 || length > MAX_DOCUMENT || length > size - position) {
      throw malformed("a document of " + length + " bytes");
    }
  }

  private int peek() throws IOException {
    if (size - position < 4) {
      throw malformed("it is cut off");
    }
    if (position < windowStart || position + 4 > windowStart + window.limit()) {
      window.clear();
      windowStart = position;
      while (window.position() < 4) {
        if (channel.read(window, windowStart + window.position()) < 0) {
          throw malformed("it is cut off");
        }
      }
      window.flip();
    }
    return window.getInt((int) (position - windowStart));
  }

  private ArchiveException malformed(String what) {
    return new ArchiveException(
        ArchiveError.DUMP_MALFORMED,
        "the archive of mongodump cannot be read: " + what,
        where + ", byte " + position,
        "Take the dump again, or fetch the file again");
  }
}
