package dev.tidemark.restorer.merge;

import dev.tidemark.restorer.undo.UndoReport;
import java.util.List;

/**
 * What a restore comes to, found out without writing anything.
 *
 * @param collections everything that would be restored, ordered by the namespace it would get
 * @param undo what would be left out, and which collections that revives; nothing of documents
 */
public record MergePreview(List<RestoredCollection> collections, UndoReport undo) {

  public MergePreview {
    collections = List.copyOf(collections);
  }
}
