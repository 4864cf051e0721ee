package dev.tidemark.restorer.merge;

import java.io.IOException;
import java.util.List;

/**
 * Where a restored state is written to. Failures to write end the restore.
 *
 * <p>The calls come in this order: {@link #begin} with everything that will exist, then for every
 * collection {@link CollectionSink}s from {@link #open}, then {@link #finish}.
 */
public interface RestoreSink {

  /**
   * Whether the units of a collection must be written one after another, in their order. If not,
   * several threads write units of the same collection at the same time.
   */
  boolean sequential();

  /** Tells all collections and views of the restored state before the first document is written. */
  void begin(List<RestoredCollection> collections) throws IOException;

  /** Begins the documents of a collection. Never called for views. */
  CollectionSink open(RestoredCollection collection) throws IOException;

  /** All documents of all collections are written. Not called if the restore failed. */
  void finish(MergeReport report) throws IOException;
}
