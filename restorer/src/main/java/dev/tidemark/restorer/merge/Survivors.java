package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import java.io.IOException;

/** Takes what is left of the touched documents when everything is applied. */
interface Survivors {

  /**
   * The documents of one collection in one top-level partition begin.
   *
   * @return takes them, in their order
   */
  Batch begin(int collection, int partition) throws IOException;

  /** Everything of a top-level partition was given. */
  void done(int partition) throws IOException;

  /** Documents of one collection in one partition. */
  interface Batch {

    /**
     * A document that exists.
     *
     * @param number its place, if the collection is ordered
     */
    void live(BsonSlice document, long number) throws IOException;

    /**
     * An update that nothing explains.
     *
     * @param id a document with the {@code _id}
     * @param optime of the update; 0 if unknown
     */
    void unexplained(BsonSlice id, long optime);

    /**
     * A key of which an operation was left out, and what is to be said of that.
     *
     * @param id a document with the {@code _id}
     */
    void undone(BsonSlice id, Undone undone);
  }
}
