package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.io.Closeable;
import java.io.IOException;

/** Documents of a base, one after another. Not thread-safe. */
public interface DocumentStream extends Closeable {

  /**
   * The next document, or null at the end. Its bytes never change, also after the next call, so
   * that it can be passed on without a copy.
   */
  BsonSlice next() throws IOException;

  /**
   * The largest optime that was known to be majority committed before the document last returned
   * was read: it holds all writes up to there. Entries up to it are not applied to the document
   * again, which keeps the order of its fields where modifiers ({@code $v: 1}) would change it.
   * {@link Optime#ZERO} if nothing is known.
   */
  default Optime watermark() {
    return Optime.ZERO;
  }
}
