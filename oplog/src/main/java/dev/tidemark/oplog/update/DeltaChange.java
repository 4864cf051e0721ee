package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonCursor;

/** What a delta says about one field of a document. */
final class DeltaChange extends NamedField {

  enum Kind {
    /** {@code d}: the field goes. */
    DELETE,
    /** {@code u}: a new value in place, or at the end if the field is not there. */
    UPDATE,
    /** {@code i}: a new value at the end, wherever the field was. */
    INSERT,
    /** {@code b}: new bytes from an offset of a binary value on. */
    PATCH,
    /** {@code s}: changes inside a document or array. */
    INNER
  }

  final Kind kind;
  private final byte tag;
  private final int valueOffset;
  private final int valueLength;

  /** From where on a {@link Kind#PATCH} replaces bytes. */
  final int patchFrom;

  /** The changes inside for {@link Kind#INNER}. */
  final Delta inner;

  private DeltaChange(
      Kind kind, BsonCursor name, int nameSkip, BsonCursor value, int patchFrom, Delta inner) {
    super(name.array(), name.nameOffset() + nameSkip, name.nameLength() - nameSkip);
    this.kind = kind;
    this.tag = value.tag();
    this.valueOffset = value.valueOffset();
    this.valueLength = value.valueLength();
    this.patchFrom = patchFrom;
    this.inner = inner;
  }

  static DeltaChange of(Kind kind, BsonCursor field) {
    return new DeltaChange(kind, field, 0, field, 0, null);
  }

  static DeltaChange patch(BsonCursor field, int from, BsonCursor bytes) {
    return new DeltaChange(Kind.PATCH, field, 0, bytes, from, null);
  }

  /** The changes inside the field whose name follows the section's {@code s}. */
  static DeltaChange inner(BsonCursor section, Delta inner) {
    return new DeltaChange(Kind.INNER, section, 1, section, 0, inner);
  }

  void writeElement(BsonBuffer out) {
    out.header(tag, array, nameOffset, nameLength);
    out.copy(array, valueOffset, valueLength);
  }

  /** Writes a binary value whose bytes from {@link #patchFrom} on are replaced. */
  void writePatched(BsonCursor old, BsonBuffer out) {
    int payload = valueLength - 5;
    out.header(old.tag(), array, nameOffset, nameLength);
    out.int32(patchFrom + payload);
    out.int8((byte) old.binarySubtype());
    out.copy(old.array(), old.binaryOffset(), patchFrom);
    out.copy(array, valueOffset + 5, payload);
  }
}
