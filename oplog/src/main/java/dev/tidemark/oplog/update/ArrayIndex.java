package dev.tidemark.oplog.update;

/** Array indices as they stand in names and paths. */
final class ArrayIndex {

  private static final long MAX = 0xFFFF_FFFFL;

  private ArrayIndex() {}

  /** The number that decimal digits stand for, leading zeros allowed, or -1. */
  static long parse(byte[] array, int offset, int length) {
    if (length == 0) {
      return -1;
    }
    long index = 0;
    for (int i = offset; i < offset + length; i++) {
      int digit = array[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      index = index * 10 + digit;
      if (index > MAX) {
        return -1;
      }
    }
    return index;
  }

  /** The same without leading zeros. */
  static long parseStrict(byte[] array, int offset, int length) {
    return length > 1 && array[offset] == '0' ? -1 : parse(array, offset, length);
  }
}
