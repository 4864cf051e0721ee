package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.update.ModifierOrder;

/**
 * What folding needs to know of the collections that are restored.
 *
 * @param order the path order of the server that wrote the entries
 * @param collections traits by the collection's number
 */
record FoldRules(ModifierOrder order, Traits[] collections) {

  /**
   * The traits of one collection.
   *
   * @param namespace its name at the target optime, for messages
   * @param ordered whether the place of a document is data
   * @param evicting whether documents went away without an entry that says so
   */
  record Traits(String namespace, boolean ordered, boolean evicting) {}

  Traits of(int collection) {
    return collections[collection];
  }
}
