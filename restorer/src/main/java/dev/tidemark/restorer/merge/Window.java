package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import java.util.List;

/**
 * What becomes of some of the documents that entries touch.
 *
 * @param last the highest hash of a key in it, as an unsigned number; the windows before hold all
 *     lower ones
 * @param collections what changes, for each collection that something changes in
 * @param unexplained updates without a document that nothing explains
 */
public record Window(long last, List<Images> collections, long unexplained) {

  public Window {
    collections = List.copyOf(collections);
  }

  /**
   * The final images of one collection's documents.
   *
   * @param collection which
   * @param written documents that are new or other than in the base
   * @param gone for each document of the base that does not survive, one that holds its {@code _id}
   */
  public record Images(
      RestoredCollection collection, List<BsonSlice> written, List<BsonSlice> gone) {

    public Images {
      written = List.copyOf(written);
      gone = List.copyOf(gone);
    }
  }
}
