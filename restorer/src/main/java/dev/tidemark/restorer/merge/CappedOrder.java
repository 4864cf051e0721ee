package dev.tidemark.restorer.merge;

import dev.tidemark.archive.sort.ExternalSorter;
import dev.tidemark.archive.sort.SortedRecords;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Puts the documents of a capped collection into their order and leaves out the oldest of them, as
 * many as the server had to evict. Thread-safe while documents are added.
 *
 * <p>The server evicted after every insert. As it always removes the oldest, what remains is the
 * longest run of the newest documents that fits, which can as well be found at the end.
 */
final class CappedOrder implements Closeable {

  private final CappedLimits limits;
  private final ExternalSorter sorter;
  private long bytes;
  private long documents;

  CappedOrder(CappedLimits limits, Path directory, long memory) {
    this.limits = limits;
    this.sorter = new ExternalSorter(directory, memory);
  }

  synchronized void add(BsonSlice document, long place) throws IOException {
    byte[] sorted =
        ByteBuffer.allocate(Long.BYTES + document.length())
            .putLong(place)
            .put(document.array(), document.offset(), document.length())
            .array();
    bytes += document.length();
    documents++;
    sorter.add(sorted);
  }

  /**
   * Writes what the collection holds.
   *
   * @return the SHA-256 of the documents in order
   */
  synchronized String write(UnitWriter writer) throws IOException {
    MessageDigest digest = sha256();
    try (SortedRecords sorted = sorter.sorted()) {
      for (byte[] next = sorted.next(); next != null; next = sorted.next()) {
        int length = next.length - Long.BYTES;
        if (limits.exceededBy(bytes, documents)) {
          bytes -= length;
          documents--;
        } else {
          writer.write(BsonSlice.of(next, Long.BYTES, length));
          digest.update(next, Long.BYTES, length);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    sorter.close();
  }
}
