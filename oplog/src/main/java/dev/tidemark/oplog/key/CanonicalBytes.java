package dev.tidemark.oplog.key;

import java.util.Arrays;

/** The growing bytes of a canonical value. */
final class CanonicalBytes {

  private byte[] array = new byte[32];
  private int length;

  /** A class byte and bytes after it. */
  static byte[] of(byte valueClass, byte[] source, int offset, int count) {
    byte[] bytes = new byte[1 + count];
    bytes[0] = valueClass;
    System.arraycopy(source, offset, bytes, 1, count);
    return bytes;
  }

  int length() {
    return length;
  }

  void put(byte value) {
    ensure(1);
    array[length++] = value;
  }

  void putInt(int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      put((byte) (value >>> shift));
    }
  }

  void putLong(long value) {
    putInt((int) (value >>> 32));
    putInt((int) value);
  }

  void put(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, array, length, count);
    length += count;
  }

  void set(int position, byte value) {
    array[position] = value;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(array, length);
  }

  private void ensure(int count) {
    if (length + count > array.length) {
      array = Arrays.copyOf(array, Math.max(length + count, array.length * 2));
    }
  }
}
