package dev.tidemark.embedded.mongo.bson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers in byte arrays, as BSON and the wire protocol have them. */
public final class LittleEndian {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  public static int int32(byte[] array, int offset) {
    return (int) INT.get(array, offset);
  }

  public static long int64(byte[] array, int offset) {
    return (long) LONG.get(array, offset);
  }

  public static void int32(byte[] array, int offset, int value) {
    INT.set(array, offset, value);
  }

  public static void int64(byte[] array, int offset, long value) {
    LONG.set(array, offset, value);
  }
}
