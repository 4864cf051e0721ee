package dev.tidemark.restorer.rollforward;

import dev.tidemark.restorer.merge.MergeReport;
import java.util.List;

/**
 * What a roll forward did, over all attempts.
 *
 * @param report with, for each collection, the documents that were written into it; those that only
 *     the base brought are not in it
 * @param gone documents that were removed
 * @param readBack whether every document that was written was read back and compared
 * @param indexesLeftOut unique indexes that an undo violates, as {@code namespace name}
 */
public record RollReport(
    MergeReport report, long gone, boolean readBack, List<String> indexesLeftOut) {

  public RollReport {
    indexesLeftOut = List.copyOf(indexesLeftOut);
  }
}
