package dev.tidemark.oplog.bson;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.bson.RawBsonDocument;

/**
 * One BSON document (or array) inside a byte array: a view, nothing is copied or decoded.
 *
 * <p>The frame (length and terminator) is checked when the slice is made, the elements when a
 * {@link BsonCursor} walks them. The bytes must not change while the slice is in use; under that
 * condition it is immutable and safe to share between threads. Two slices are equal if their bytes
 * are.
 */
public final class BsonSlice {

  /** An empty document takes this many bytes. */
  static final int MIN_LENGTH = 5;

  /**
   * Deeper nesting than this is refused. Servers store at most 200 levels by default and 250 at the
   * utmost; an oplog entry wraps a document in a few more.
   */
  public static final int MAX_DEPTH = 300;

  private final byte[] array;
  private final int offset;
  private final int length;

  private BsonSlice(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /** The document that takes the whole array. */
  public static BsonSlice of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /**
   * The document in exactly these bytes.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException {@code OPLOG_BSON_MALFORMED} if they are not
   *     framed as one document
   */
  public static BsonSlice of(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length < MIN_LENGTH) {
      throw BsonFailures.malformed("a document of " + length + " bytes", offset);
    }
    int declared = LittleEndian.getInt(bytes, offset);
    if (declared != length) {
      throw BsonFailures.malformed(
          "the document declares " + declared + " bytes and has " + length, offset);
    }
    if (bytes[offset + length - 1] != 0) {
      throw BsonFailures.malformed("the document is not terminated", offset + length - 1);
    }
    return new BsonSlice(bytes, offset, length);
  }

  /**
   * The document that begins at an offset and ends where its own length says, as in a file of
   * documents one after another.
   *
   * @param limit where the readable bytes end, exclusive
   * @throws dev.tidemark.oplog.error.TidemarkException {@code OPLOG_BSON_MALFORMED} if no whole
   *     document lies before the limit
   */
  public static BsonSlice startingAt(byte[] bytes, int offset, int limit) {
    Objects.checkFromToIndex(offset, limit, bytes.length);
    if (limit - offset < MIN_LENGTH) {
      throw BsonFailures.malformed(
          "only " + (limit - offset) + " bytes are left for a document", offset);
    }
    int declared = LittleEndian.getInt(bytes, offset);
    if (declared < MIN_LENGTH || declared > limit - offset) {
      throw BsonFailures.malformed(
          "the document declares " + declared + " bytes and " + (limit - offset) + " are left",
          offset);
    }
    return of(bytes, offset, declared);
  }

  public byte[] array() {
    return array;
  }

  public int offset() {
    return offset;
  }

  /** Bytes of the document, its length prefix and terminator included. */
  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == MIN_LENGTH;
  }

  /** A cursor before the first element. */
  public BsonCursor cursor() {
    return new BsonCursor(this);
  }

  /**
   * A cursor on the first element of this name, or null if there is none. Elements after it are not
   * looked at.
   */
  public BsonCursor find(String name) {
    BsonCursor cursor = cursor();
    return cursor.seek(name) ? cursor : null;
  }

  /**
   * Walks the whole document, containers included.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException {@code OPLOG_BSON_MALFORMED} or {@code
   *     OPLOG_BSON_TOO_DEEP}
   */
  public void validate() {
    validate(this, 1);
  }

  private static void validate(BsonSlice document, int depth) {
    checkDepth(depth);
    BsonCursor cursor = document.cursor();
    while (cursor.next()) {
      if (cursor.isContainer()) {
        validate(cursor.document(), depth + 1);
      } else if (cursor.tag() == BsonTag.CODE_WITH_SCOPE) {
        validate(cursor.scope(), depth + 1);
      }
    }
  }

  /**
   * Fails if documents are nested too deeply to be walked recursively.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException {@code OPLOG_BSON_TOO_DEEP}
   */
  public static void checkDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw BsonFailures.tooDeep(MAX_DEPTH);
    }
  }

  /** A copy of the document's bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /** This document in an array of its own, so that a larger buffer is not kept alive. */
  public BsonSlice compact() {
    return array.length == length ? this : new BsonSlice(toByteArray(), 0, length);
  }

  /** The document's bytes, read-only. */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
  }

  /** The driver's view of the same bytes, for printing and for commands. */
  public RawBsonDocument toRawBsonDocument() {
    return new RawBsonDocument(array, offset, length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BsonSlice that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** The size only: documents are users' data and do not belong into logs. */
  @Override
  public String toString() {
    return "BsonSlice[" + length + " bytes]";
  }
}
