package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonTag;

/**
 * Changes to the fields of a document.
 *
 * @param changes by the name of the field, in the order of the diff
 */
record DocumentDelta(FieldTable<DeltaChange> changes) implements Delta {

  @Override
  public boolean fits(byte tag) {
    return tag == BsonTag.DOCUMENT;
  }
}
