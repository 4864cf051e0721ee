package dev.tidemark.archive.dump;

/**
 * The checksum that mongodump writes behind the documents of a collection in an archive file:
 * CRC-64 with the polynomial of ECMA-182, reflected, begun and ended with all bits inverted. Not
 * thread-safe.
 */
final class Crc64 {

  private static final long POLYNOMIAL = 0xC96C5795D7870F42L;
  private static final long[] TABLE = new long[256];

  static {
    for (int i = 0; i < TABLE.length; i++) {
      long entry = i;
      for (int bit = 0; bit < 8; bit++) {
        entry = (entry & 1) == 0 ? entry >>> 1 : (entry >>> 1) ^ POLYNOMIAL;
      }
      TABLE[i] = entry;
    }
  }

  private long inverted = -1;

  void update(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      inverted = TABLE[(int) (inverted ^ bytes[i]) & 0xFF] ^ (inverted >>> 8);
    }
  }

  long value() {
    return ~inverted;
  }
}
