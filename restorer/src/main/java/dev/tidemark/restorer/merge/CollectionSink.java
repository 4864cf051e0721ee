package dev.tidemark.restorer.merge;

import dev.tidemark.archive.digest.DocumentSum;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Takes the documents of one restored collection, in units. Safe for several threads. */
public interface CollectionSink extends Closeable {

  /**
   * The digest of a unit that an earlier attempt of the same restore completed, so that it is not
   * written again. The ids of units are the same at every attempt as long as base, entries, target
   * and options are.
   */
  default Optional<DocumentSum.Digest> completed(String unit) {
    return Optional.empty();
  }

  /**
   * Begins a unit: a range of the base without the documents that entries touched, or a partition
   * of those. No two units hold the same document, but a unit that was interrupted by a crash may
   * have been written in part. The caller closes it.
   *
   * @param unit its id, unique within the collection
   */
  UnitSink unit(String unit) throws IOException;

  /** Ends the collection; after a failure too. */
  @Override
  void close() throws IOException;
}
