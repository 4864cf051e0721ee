package dev.tidemark.archive.store;

/**
 * Some bytes of an object. What lies beyond the object's end is left out of the answer.
 *
 * @param offset first byte
 * @param length number of bytes, at least 1
 */
public record ByteRange(long offset, long length) {

  public ByteRange {
    if (offset < 0 || length < 1) {
      throw new IllegalArgumentException("not a range of bytes: " + offset + "+" + length);
    }
  }

  /** The last byte, inclusive, as HTTP wants it. */
  public long last() {
    return offset + length - 1;
  }
}
