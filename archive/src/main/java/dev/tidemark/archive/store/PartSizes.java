package dev.tidemark.archive.store;

/**
 * How large the parts of an object of unknown length are: equal for the first 31 GiB (with parts of
 * 16 MiB), then twice as large every 800 parts, so that the largest object that S3 takes (5 TiB)
 * has fewer parts than the 10,000 that it allows.
 *
 * <p>Equal for long, because memory holds whole parts, and because some services want them equal.
 *
 * @param firstBytes size of the first part
 */
record PartSizes(int firstBytes) {

  /** As large as an array may be, in whole MiB. */
  static final int MAX_BYTES = 2047 << 20;

  private static final int EQUAL_PARTS = 2_000;
  private static final int PARTS_UNTIL_DOUBLED = 800;

  PartSizes {
    if (firstBytes < MultipartUpload.MIN_PART_BYTES) {
      throw new IllegalArgumentException("parts must have at least 5 MiB: " + firstBytes);
    }
  }

  /** Size of a part; numbers begin at 1. */
  int of(int number) {
    int doublings =
        number <= EQUAL_PARTS ? 0 : 1 + (number - EQUAL_PARTS - 1) / PARTS_UNTIL_DOUBLED;
    return (int) Math.min(MAX_BYTES, (long) firstBytes << doublings);
  }
}
