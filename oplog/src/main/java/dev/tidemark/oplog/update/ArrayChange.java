package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonCursor;

/** What a delta says about one element of an array: a new value, or changes inside it. */
final class ArrayChange {

  final int index;

  /** The changes inside the element, or null if it gets a new value. */
  final Delta inner;

  private final byte[] array;
  final byte tag;
  private final int valueOffset;
  private final int valueLength;

  ArrayChange(int index, BsonCursor value, Delta inner) {
    this.index = index;
    this.inner = inner;
    this.array = value.array();
    this.tag = value.tag();
    this.valueOffset = value.valueOffset();
    this.valueLength = value.valueLength();
  }

  void writeValue(BsonBuffer out) {
    out.copy(array, valueOffset, valueLength);
  }
}
