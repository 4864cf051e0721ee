package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.UndoReport;
import java.util.List;
import java.util.Map;

/**
 * What becomes of some of the documents that entries touch.
 *
 * @param last the highest hash of a key in it, as an unsigned number; the windows before hold all
 *     lower ones
 * @param collections what changes, for each collection that something changes in
 * @param unexplained updates without a document that nothing explains
 * @param undone what is to be said of documents of which an operation was left out
 */
public record Window(
    long last,
    List<Images> collections,
    long unexplained,
    Map<Finding, UndoReport.Documents> undone) {

  public Window {
    collections = List.copyOf(collections);
    undone = Map.copyOf(undone);
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
