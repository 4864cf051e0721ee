package dev.tidemark.restorer.merge;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.Closeable;
import java.io.IOException;

/** Takes the documents of one unit. Used by one thread. */
public interface UnitSink extends Closeable {

  /**
   * Writes a document. Its bytes never change, so a sink that collects batches need not copy them.
   */
  void write(BsonSlice document) throws IOException;

  /**
   * All documents were given. Returns when they are stored as durably as the sink promises, after
   * which the unit need never be written again.
   *
   * @param digest of the unit's documents
   */
  void complete(DocumentSum.Digest digest) throws IOException;

  /** Ends the unit; without {@link #complete} it counts as interrupted. */
  @Override
  void close() throws IOException;
}
