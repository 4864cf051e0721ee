package dev.tidemark.restorer.merge;

/** What the sets of touched keys may take together, in bytes. Not thread-safe. */
final class KeyMemory {

  private long left;

  KeyMemory(long bytes) {
    this.left = bytes;
  }

  /** Takes memory if there is enough left. */
  boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }
}
