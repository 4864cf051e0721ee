package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Decompresses a file of one or several gzip members to its very end. The platform's own stream
 * takes a member whose header is damaged for the end of the data, and says nothing.
 *
 * <p>Fails with {@code DUMP_MALFORMED}.
 */
final class WholeGzipInputStream extends GZIPInputStream {

  /** Checksum and length, which follow the compressed data of the last member. */
  private static final int TRAILER = 8;

  private final String where;

  private WholeGzipInputStream(InputStream in, int buffer, String where) throws IOException {
    super(in, buffer);
    this.where = where;
  }

  static WholeGzipInputStream open(InputStream in, int buffer, String where) throws IOException {
    try {
      return new WholeGzipInputStream(in, buffer, where);
    } catch (ZipException | EOFException e) {
      throw malformed("it has no whole header", where, e);
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count;
    try {
      count = super.read(target, offset, length);
    } catch (EOFException e) {
      throw malformed("it is cut off", where, e);
    } catch (ZipException e) {
      throw malformed(String.valueOf(e.getMessage()), where, e);
    }
    if (count < 0 && (inf.getRemaining() > TRAILER || in.read() >= 0)) {
      throw malformed("something follows that is no compressed data", where, null);
    }
    return count;
  }

  private static ArchiveException malformed(String what, String where, IOException cause) {
    return new ArchiveException(
        ArchiveError.DUMP_MALFORMED,
        "the compressed file cannot be read: " + what,
        where,
        "Take the dump again, or fetch the file again",
        cause);
  }
}
