package dev.tidemark.archive.dump;

import dev.tidemark.oplog.bson.BsonSlice;
import java.io.Closeable;
import java.io.IOException;

/** BSON documents one after another: those of a collection, or oplog entries. Not thread-safe. */
public interface DocumentStream extends Closeable {

  /**
   * The next document, or null at the end. Its bytes never change, also after the next call, so
   * that it can be passed on without a copy.
   */
  BsonSlice next() throws IOException;
}
