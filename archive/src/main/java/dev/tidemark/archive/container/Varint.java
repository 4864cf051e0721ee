package dev.tidemark.archive.container;

import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** Avro's long: zig-zag, base 128, least significant group first. */
public final class Varint {

  private Varint() {}

  /**
   * Reads one and moves the position behind it.
   *
   * @throws java.nio.BufferUnderflowException if the bytes end in it
   */
  public static long read(ByteBuffer in, Supplier<? extends RuntimeException> tooLong) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte group = in.get();
      value |= (long) (group & 0x7f) << shift;
      if (group >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw tooLong.get();
  }

  /** Writes one and returns the offset behind it. */
  public static int write(byte[] target, int offset, long value) {
    long left = (value << 1) ^ (value >> 63);
    int at = offset;
    while ((left & ~0x7FL) != 0) {
      target[at++] = (byte) ((left & 0x7F) | 0x80);
      left >>>= 7;
    }
    target[at++] = (byte) left;
    return at;
  }
}
