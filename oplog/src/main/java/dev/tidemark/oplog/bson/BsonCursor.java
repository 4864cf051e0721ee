package dev.tidemark.oplog.bson;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Walks the elements of one document in order, without decoding values and without allocation.
 *
 * <p>{@link #next()} checks that an element lies wholly inside its document before it is shown, so
 * that whatever the bytes are the accessors never leave the document. Strings are not checked to be
 * UTF-8: servers store others. Not thread-safe.
 *
 * <pre>{@code
 * BsonCursor cursor = document.cursor();
 * while (cursor.next()) {
 *   if (cursor.nameIs("ts")) { ... cursor.timestamp() ... }
 * }
 * }</pre>
 */
public final class BsonCursor {

  private byte[] array;
  private int end;
  private int elementStart;
  private int nameEnd;
  private int valueStart;
  private int valueEnd;
  private byte tag;

  public BsonCursor(BsonSlice document) {
    reset(document);
  }

  /** Moves before the first element of another document. */
  public void reset(BsonSlice document) {
    reset(document.array(), document.offset(), document.length());
  }

  private void reset(byte[] bytes, int offset, int length) {
    array = bytes;
    end = offset + length - 1;
    valueEnd = offset + 4;
    elementStart = valueEnd;
    tag = 0;
  }

  /** Moves this cursor before the first element of the container that another one stands on. */
  public void enter(BsonCursor container) {
    container.requireContainer();
    reset(container.array, container.valueStart, container.valueEnd - container.valueStart);
  }

  /**
   * Moves to the next element.
   *
   * @return false at the end of the document
   * @throws dev.tidemark.oplog.error.TidemarkException {@code OPLOG_BSON_MALFORMED}
   */
  public boolean next() {
    int at = valueEnd;
    elementStart = at;
    if (at == end) {
      tag = 0;
      return false;
    }
    tag = array[at];
    int name = LittleEndian.zeroAt(array, at + 1, end);
    if (name >= end) {
      throw BsonFailures.malformed("a field name runs out of its document", at);
    }
    nameEnd = name;
    valueStart = name + 1;
    // An element may take all bytes up to the document's terminator, which is not its own.
    long length = BsonLength.of(tag, array, valueStart, end);
    if (length > end - valueStart) {
      throw BsonFailures.malformed(
          "a value of " + length + " bytes where " + (end - valueStart) + " are left", valueStart);
    }
    valueEnd = valueStart + (int) length;
    return true;
  }

  /** Moves forward to the next element of this name. */
  public boolean seek(String name) {
    while (next()) {
      if (nameIs(name)) {
        return true;
      }
    }
    return false;
  }

  /** The BSON type of the element, one of {@link BsonTag}. */
  public byte tag() {
    return tag;
  }

  public boolean isContainer() {
    return BsonTag.isContainer(tag);
  }

  public byte[] array() {
    return array;
  }

  /** Where the element begins: its type byte. At the end of the document: its terminator. */
  public int elementOffset() {
    return elementStart;
  }

  public int elementLength() {
    return valueEnd - elementStart;
  }

  /** Where the element ends, exclusive. */
  public int elementEnd() {
    return valueEnd;
  }

  public int nameOffset() {
    return elementStart + 1;
  }

  /** Bytes of the name, without its terminator. */
  public int nameLength() {
    return nameEnd - elementStart - 1;
  }

  public int valueOffset() {
    return valueStart;
  }

  public int valueLength() {
    return valueEnd - valueStart;
  }

  public String name() {
    return new String(array, nameOffset(), nameLength(), StandardCharsets.UTF_8);
  }

  /** Whether the element has this name, which must be ASCII. */
  public boolean nameIs(String ascii) {
    int length = ascii.length();
    if (length != nameLength()) {
      return false;
    }
    int offset = nameOffset();
    for (int i = 0; i < length; i++) {
      if (array[offset + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the element has exactly the name in these bytes. */
  public boolean nameIs(byte[] bytes, int offset, int length) {
    if (length != nameLength()) {
      return false;
    }
    int own = nameOffset();
    for (int i = 0; i < length; i++) {
      if (array[own + i] != bytes[offset + i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the element is the same as another one, byte for byte. */
  public boolean isSameAs(BsonCursor that) {
    return Arrays.equals(
        array, elementStart, valueEnd, that.array, that.elementStart, that.valueEnd);
  }

  /** The document or array that is the element's value. */
  public BsonSlice document() {
    requireContainer();
    return BsonSlice.of(array, valueStart, valueLength());
  }

  /** The scope document of a value of type {@link BsonTag#CODE_WITH_SCOPE}. */
  public BsonSlice scope() {
    require(BsonTag.CODE_WITH_SCOPE, "code with scope");
    int code = valueStart + 4;
    int scope = code + 4 + LittleEndian.getInt(array, code);
    return BsonSlice.startingAt(array, scope, valueEnd);
  }

  public int int32() {
    require(BsonTag.INT32, "an int32");
    return LittleEndian.getInt(array, valueStart);
  }

  public long int64() {
    require(BsonTag.INT64, "an int64");
    return LittleEndian.getLong(array, valueStart);
  }

  /** The value of an int32 or int64, or of a double that is a whole number. */
  public long integer() {
    switch (tag) {
      case BsonTag.INT32:
        return LittleEndian.getInt(array, valueStart);
      case BsonTag.INT64:
        return LittleEndian.getLong(array, valueStart);
      case BsonTag.DOUBLE:
        double value = Double.longBitsToDouble(LittleEndian.getLong(array, valueStart));
        if (value == Math.rint(value) && Math.abs(value) < 0x1p63) {
          return (long) value;
        }
        break;
      default:
        break;
    }
    throw BsonFailures.unexpectedType(name(), tag, "a whole number", elementStart);
  }

  /** Seconds in the upper, increment in the lower 32 bits. */
  public long timestamp() {
    require(BsonTag.TIMESTAMP, "a timestamp");
    return LittleEndian.getLong(array, valueStart);
  }

  /** Milliseconds since the epoch. */
  public long dateTime() {
    require(BsonTag.DATE_TIME, "a date");
    return LittleEndian.getLong(array, valueStart);
  }

  public boolean bool() {
    require(BsonTag.BOOLEAN, "a boolean");
    return array[valueStart] != 0;
  }

  public String string() {
    require(BsonTag.STRING, "a string");
    return new String(array, valueStart + 4, valueLength() - 5, StandardCharsets.UTF_8);
  }

  /** The subtype of a binary value, 0 to 255. */
  public int binarySubtype() {
    require(BsonTag.BINARY, "binary data");
    return array[valueStart + 4] & 0xFF;
  }

  /** Where the payload of a binary value begins. */
  public int binaryOffset() {
    require(BsonTag.BINARY, "binary data");
    return valueStart + 5;
  }

  /** Bytes of the payload of a binary value. */
  public int binaryLength() {
    require(BsonTag.BINARY, "binary data");
    return valueLength() - 5;
  }

  /** A binary value of subtype 4 and 16 bytes. */
  public UUID uuid() {
    if (tag != BsonTag.BINARY || binarySubtype() != 4 || binaryLength() != 16) {
      throw BsonFailures.unexpectedType(name(), tag, "a UUID", elementStart);
    }
    ByteBuffer bytes = ByteBuffer.wrap(array, valueStart + 5, 16);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  /** The document that is the element's value; an array is none. */
  public BsonSlice object() {
    require(BsonTag.DOCUMENT, "a document");
    return document();
  }

  private void requireContainer() {
    if (!isContainer()) {
      throw BsonFailures.unexpectedType(name(), tag, "a document or an array", elementStart);
    }
  }

  private void require(byte wanted, String description) {
    if (tag != wanted) {
      throw BsonFailures.unexpectedType(name(), tag, description, elementStart);
    }
  }
}
