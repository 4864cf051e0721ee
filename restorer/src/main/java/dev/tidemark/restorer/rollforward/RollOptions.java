package dev.tidemark.restorer.rollforward;

import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.WindowLimits;

/**
 * How a roll forward works. None of it changes the result.
 *
 * @param fold memory and a directory for the entries that are put aside
 * @param window how much is folded, stored and written at a time
 * @param parallelism batches under way at a time
 * @param batchDocuments documents in a batch at most
 * @param readBack whether every document that was written is read back and compared
 */
public record RollOptions(
    MergeOptions fold, WindowLimits window, int parallelism, int batchDocuments, boolean readBack) {

  private static final WindowLimits WINDOW = new WindowLimits(50_000, 32L << 20, 1_000);
  private static final int BATCH_DOCUMENTS = 10_000;

  /** Windows that are stored as objects of at most some tens of MiB. */
  public static RollOptions of(MergeOptions fold, boolean readBack) {
    return new RollOptions(fold, WINDOW, fold.lanes() * 2, BATCH_DOCUMENTS, readBack);
  }
}
