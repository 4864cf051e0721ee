package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonTag;
import java.util.List;

/**
 * Changes to the elements of an array.
 *
 * @param size the new number of elements, or {@link #SIZE_KEPT}
 * @param changes by ascending index, each below the size
 */
record ArrayDelta(int size, List<ArrayChange> changes) implements Delta {

  static final int SIZE_KEPT = -1;

  @Override
  public boolean fits(byte tag) {
    return tag == BsonTag.ARRAY;
  }
}
