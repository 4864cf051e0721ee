package dev.tidemark.restorer.merge;

import java.nio.file.Path;
import java.util.Objects;

/**
 * How a merge restore works. None of it changes the result.
 *
 * @param lanes threads that fold and read in parallel
 * @param memory bytes of touched documents that are held in memory; beyond, they are spilled
 * @param temporary a directory for spilled documents, with room for them and for the entries
 */
public record MergeOptions(int lanes, long memory, Path temporary) {

  public MergeOptions {
    if (lanes < 1) {
      throw new IllegalArgumentException("lanes must be at least 1: " + lanes);
    }
    if (memory < 0) {
      throw new IllegalArgumentException("memory must not be negative: " + memory);
    }
    Objects.requireNonNull(temporary, "temporary");
  }

  /** A lane for every processor and two fifths of the heap for touched documents. */
  public static MergeOptions defaults(Path temporary) {
    Runtime runtime = Runtime.getRuntime();
    return new MergeOptions(runtime.availableProcessors(), runtime.maxMemory() / 5 * 2, temporary);
  }
}
