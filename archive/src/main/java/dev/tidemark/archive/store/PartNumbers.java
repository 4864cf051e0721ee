package dev.tidemark.archive.store;

/** The rule for the numbers of parts, the same with every store. */
final class PartNumbers {

  private PartNumbers() {}

  static void check(int number) {
    if (number < 1 || number > MultipartUpload.MAX_PARTS) {
      throw new IllegalArgumentException(
          "part numbers run from 1 to " + MultipartUpload.MAX_PARTS + ": " + number);
    }
  }
}
