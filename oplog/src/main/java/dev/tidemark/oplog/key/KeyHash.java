package dev.tidemark.oplog.key;

import dev.tidemark.oplog.bson.LittleEndian;

/** A 64-bit hash of bytes in which every bit depends on every byte. Not for security. */
final class KeyHash {

  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;
  private static final long FIRST_MIX = 0xBF58_476D_1CE4_E5B9L;
  private static final long SECOND_MIX = 0x94D0_49BB_1331_11EBL;

  private KeyHash() {}

  static long of(byte[] bytes) {
    long hash = GOLDEN ^ bytes.length;
    int at = 0;
    for (; at + 8 <= bytes.length; at += 8) {
      hash = mix(hash ^ LittleEndian.getLong(bytes, at));
    }
    long rest = 0;
    for (; at < bytes.length; at++) {
      rest = rest << 8 | (bytes[at] & 0xFF);
    }
    return mix(hash ^ rest);
  }

  static long mix(long value) {
    long mixed = value + GOLDEN;
    mixed = (mixed ^ mixed >>> 30) * FIRST_MIX;
    mixed = (mixed ^ mixed >>> 27) * SECOND_MIX;
    return mixed ^ mixed >>> 31;
  }
}
