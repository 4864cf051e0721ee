package dev.tidemark.restorer.rollforward;

import dev.tidemark.restorer.merge.MergeReport;

/**
 * What a roll forward did, over all attempts.
 *
 * @param report with, for each collection, the documents that were written into it; those that only
 *     the base brought are not in it
 * @param gone documents that were removed
 * @param readBack whether every document that was written was read back and compared
 */
public record RollReport(MergeReport report, long gone, boolean readBack) {}
