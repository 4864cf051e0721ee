package dev.tidemark.archive.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that is opened again where it broke. A connection to an object store does not survive
 * the hours that a large collection takes.
 *
 * <p>Not thread-safe.
 */
final class ResumingInputStream extends InputStream {

  private static final Logger log = LoggerFactory.getLogger(ResumingInputStream.class);

  /** Opens the object from an offset to the end of what is wanted. */
  @FunctionalInterface
  interface Opener {
    InputStream openAt(long offset) throws IOException;
  }

  private final Opener opener;
  private final String where;
  private final long end;
  private final int maxResumesWithoutProgress;
  private InputStream current;
  private long position;
  private int resumes;

  /**
   * @param current open at {@code position}
   * @param end first byte that is not wanted
   */
  ResumingInputStream(
      InputStream current,
      long position,
      long end,
      Opener opener,
      int maxResumesWithoutProgress,
      String where) {
    this.current = Objects.requireNonNull(current, "current");
    this.position = position;
    this.end = end;
    this.opener = opener;
    this.maxResumesWithoutProgress = maxResumesWithoutProgress;
    this.where = where;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (position < end) {
      try {
        int read = current.read(target, offset, length);
        if (read > 0) {
          position += read;
          resumes = 0;
          return read;
        }
        resume(new IOException("the store ended the answer early"));
      } catch (IOException e) {
        resume(e);
      }
    }
    return -1;
  }

  private void resume(IOException cause) throws IOException {
    if (++resumes > maxResumesWithoutProgress) {
      throw cause;
    }
    log.info("{}: reading goes on at byte {} after: {}", where, position, cause.toString());
    try {
      current.close();
    } catch (IOException e) {
      log.debug("{}: closing the broken stream failed", where, e);
    }
    current = opener.openAt(position);
  }

  @Override
  public void close() throws IOException {
    current.close();
  }
}
