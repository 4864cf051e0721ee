package dev.tidemark.restorer.merge;

/**
 * How large a window may grow. A document that is larger has a window of its own.
 *
 * @param documents keys in it; more only if their hashes are equal
 * @param bytes of the documents as the base holds them, and of the largest that entries carry for
 *     each
 * @param batch keys that are read at a time, at most
 */
public record WindowLimits(int documents, long bytes, int batch) {

  public WindowLimits {
    if (documents < 1 || bytes < 1 || batch < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
  }
}
