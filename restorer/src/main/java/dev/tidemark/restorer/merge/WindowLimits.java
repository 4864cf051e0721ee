package dev.tidemark.restorer.merge;

/**
 * How large a window may grow, up to the last batch that was read.
 *
 * @param documents keys in it
 * @param bytes of the documents as the base holds them
 * @param batch keys that are read at a time
 */
public record WindowLimits(int documents, long bytes, int batch) {

  public WindowLimits {
    if (documents < 1 || bytes < 1 || batch < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
  }
}
