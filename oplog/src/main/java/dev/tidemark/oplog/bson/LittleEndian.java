package dev.tidemark.oplog.bson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** BSON's numbers in a byte array. Callers have checked the bounds. */
public final class LittleEndian {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private LittleEndian() {}

  public static int getInt(byte[] array, int offset) {
    return (int) INT.get(array, offset);
  }

  public static long getLong(byte[] array, int offset) {
    return (long) LONG.get(array, offset);
  }

  /**
   * The offset of the first zero byte at or after an offset; the end or beyond if there is none.
   */
  static int zeroAt(byte[] array, int offset, int end) {
    int at = offset;
    // Eight bytes at a time: the lowest high bit that is set belongs to the first zero byte.
    for (; at <= end - 8; at += 8) {
      long word = (long) LONG.get(array, at);
      long zeros = (word - LOW_BITS) & ~word & HIGH_BITS;
      if (zeros != 0) {
        return at + Long.numberOfTrailingZeros(zeros) / 8;
      }
    }
    while (at < end && array[at] != 0) {
      at++;
    }
    return at;
  }

  static void putInt(byte[] array, int offset, int value) {
    INT.set(array, offset, value);
  }

  static void putLong(byte[] array, int offset, long value) {
    LONG.set(array, offset, value);
  }
}
