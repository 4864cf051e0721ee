package dev.tidemark.archive.segment;

import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The oplog entries of a segment in a file of its own, whatever its name, as one BSON document
 * after another. Not thread-safe.
 */
public final class SegmentEntries extends InputStream {

  private final FileChannel file;
  private final SegmentCursor cursor;
  private ByteBuffer entry = ByteBuffer.allocate(0);

  private SegmentEntries(FileChannel file, SegmentCursor cursor) {
    this.file = file;
    this.cursor = cursor;
  }

  /**
   * Opens a segment.
   *
   * @throws dev.tidemark.archive.error.ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} or {@code
   *     ARCHIVE_FORMAT_UNKNOWN}, here and while reading
   */
  public static SegmentEntries open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path);
    try {
      SegmentReader reader = SegmentReader.open(range -> read(file, range), path.toString());
      return new SegmentEntries(file, reader.entries());
    } catch (UncheckedIOException e) {
      file.close();
      throw e.getCause();
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static byte[] read(FileChannel file, ByteRange range) {
    try {
      long available = Math.max(0, file.size() - range.offset());
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(range.length(), available));
      while (bytes.hasRemaining() && file.read(bytes, range.offset() + bytes.position()) >= 0) {
        // A read may give less than was asked for.
      }
      return Arrays.copyOf(bytes.array(), bytes.position());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int read() throws IOException {
    return advance() ? entry.get() & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!advance()) {
      return -1;
    }
    int count = Math.min(length, entry.remaining());
    entry.get(target, offset, count);
    return count;
  }

  /** Makes sure that bytes are left; false at the end. */
  private boolean advance() throws IOException {
    try {
      while (!entry.hasRemaining()) {
        OplogEventView event = cursor.next();
        if (event == null) {
          return false;
        }
        if (event.isEntry()) {
          entry = event.entry().duplicate();
        }
      }
      return true;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    try (file) {
      cursor.close();
    }
  }
}
