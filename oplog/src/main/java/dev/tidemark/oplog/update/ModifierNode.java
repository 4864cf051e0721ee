package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;

/**
 * One component of the paths that an update's modifiers name: what happens at the end of a path, or
 * the components that follow.
 */
final class ModifierNode extends NamedField {

  /** The components that follow, in the order of application; null at the end of a path. */
  final FieldTable<ModifierNode> children;

  /** At the end of a path: whether a value is set there; otherwise it is removed. */
  final boolean sets;

  final byte tag;
  private final int valueOffset;
  private final int valueLength;
  private boolean creates;

  private ModifierNode(
      byte[] array,
      int nameOffset,
      int nameLength,
      FieldTable<ModifierNode> children,
      boolean sets,
      byte tag,
      int valueOffset,
      int valueLength) {
    super(array, nameOffset, nameLength);
    this.children = children;
    this.sets = sets;
    this.creates = sets;
    this.tag = tag;
    this.valueOffset = valueOffset;
    this.valueLength = valueLength;
  }

  static ModifierNode root() {
    return component(new byte[0], 0, 0);
  }

  static ModifierNode component(byte[] array, int nameOffset, int nameLength) {
    return new ModifierNode(
        array, nameOffset, nameLength, new FieldTable<>(), false, (byte) 0, 0, 0);
  }

  static ModifierNode end(int nameOffset, int nameLength, boolean sets, BsonCursor value) {
    return new ModifierNode(
        value.array(),
        nameOffset,
        nameLength,
        null,
        sets,
        value.tag(),
        value.valueOffset(),
        value.valueLength());
  }

  boolean isEnd() {
    return children == null;
  }

  /** Whether a value is set here or below, so that what is missing is created. */
  boolean creates() {
    return creates;
  }

  void markCreating() {
    creates = true;
  }

  /** Puts this component and those below into the order in which a server applies them. */
  void sort(ModifierOrder order, int depth) {
    BsonSlice.checkDepth(depth);
    if (isEnd()) {
      return;
    }
    if (children.size() > 1) {
      children.sort(order.comparator());
    }
    for (int i = 0; i < children.size(); i++) {
      children.get(i).sort(order, depth + 1);
    }
  }

  /** The element's index if the parent turns out to be an array, or -1. */
  long arrayIndex() {
    return ArrayIndex.parse(array, nameOffset, nameLength);
  }

  void writeName(byte type, BsonBuffer out) {
    out.header(type, array, nameOffset, nameLength);
  }

  void writeValue(BsonBuffer out) {
    out.copy(array, valueOffset, valueLength);
  }
}
