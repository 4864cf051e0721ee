package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonCursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Something that has a field name, which stays where it was read: in the update's bytes. */
class NamedField implements Comparable<NamedField> {

  final byte[] array;
  final int nameOffset;
  final int nameLength;

  NamedField(byte[] array, int nameOffset, int nameLength) {
    this.array = array;
    this.nameOffset = nameOffset;
    this.nameLength = nameLength;
  }

  final boolean isNameOf(BsonCursor element) {
    return element.nameIs(array, nameOffset, nameLength);
  }

  final boolean hasSameName(NamedField that) {
    return Arrays.equals(
        array,
        nameOffset,
        nameOffset + nameLength,
        that.array,
        that.nameOffset,
        that.nameOffset + that.nameLength);
  }

  final String name() {
    return new String(array, nameOffset, nameLength, StandardCharsets.UTF_8);
  }

  /** By name, as strings of unsigned bytes. */
  @Override
  public final int compareTo(NamedField that) {
    return Arrays.compareUnsigned(
        array,
        nameOffset,
        nameOffset + nameLength,
        that.array,
        that.nameOffset,
        that.nameOffset + that.nameLength);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof NamedField that && hasSameName(that);
  }

  @Override
  public final int hashCode() {
    int hash = 0;
    for (int i = nameOffset; i < nameOffset + nameLength; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }
}
