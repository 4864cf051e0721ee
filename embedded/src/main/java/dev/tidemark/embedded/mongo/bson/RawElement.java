package dev.tidemark.embedded.mongo.bson;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * One element (type, name, value) inside a document's bytes.
 *
 * @param array the bytes around it; not to be changed
 * @param start where the type byte stands
 * @param valueOffset where the value begins
 * @param end where the next element begins
 */
public record RawElement(byte[] array, int start, int valueOffset, int end) {

  static RawElement at(byte[] array, int start, int limit) {
    int nameEnd = start + 1;
    while (array[nameEnd] != 0) {
      nameEnd++;
    }
    int valueOffset = nameEnd + 1;
    int end = valueOffset + valueLength(array, array[start] & 0xFF, valueOffset);
    if (end < valueOffset || end >= limit) {
      throw new IllegalArgumentException("not a BSON document: an element runs past the end");
    }
    return new RawElement(array, start, valueOffset, end);
  }

  private static int valueLength(byte[] array, int type, int offset) {
    return switch (type) {
      case BsonTypes.DOUBLE, BsonTypes.DATE, BsonTypes.TIMESTAMP, BsonTypes.INT64 -> 8;
      case BsonTypes.STRING, BsonTypes.CODE, BsonTypes.SYMBOL ->
          4 + LittleEndian.int32(array, offset);
      case BsonTypes.DOCUMENT, BsonTypes.ARRAY, BsonTypes.CODE_WITH_SCOPE ->
          LittleEndian.int32(array, offset);
      case BsonTypes.BINARY -> 5 + LittleEndian.int32(array, offset);
      case BsonTypes.UNDEFINED, BsonTypes.NULL, BsonTypes.MIN_KEY, BsonTypes.MAX_KEY -> 0;
      case BsonTypes.OBJECT_ID -> 12;
      case BsonTypes.BOOLEAN -> 1;
      case BsonTypes.REGEX -> {
        int end = cStringEnd(array, offset);
        yield cStringEnd(array, end) - offset;
      }
      case BsonTypes.DB_POINTER -> 4 + LittleEndian.int32(array, offset) + 12;
      case BsonTypes.INT32 -> 4;
      case BsonTypes.DECIMAL128 -> 16;
      default -> throw new IllegalArgumentException("not a BSON document: type " + type);
    };
  }

  private static int cStringEnd(byte[] array, int offset) {
    int end = offset;
    while (array[end] != 0) {
      end++;
    }
    return end + 1;
  }

  public int type() {
    return array[start] & 0xFF;
  }

  public String name() {
    return new String(array, start + 1, valueOffset - start - 2, StandardCharsets.UTF_8);
  }

  boolean nameEquals(String name) {
    int length = valueOffset - start - 2;
    if (name.length() > length) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 0x80) {
        return name().equals(name);
      }
      if (array[start + 1 + i] != c) {
        return false;
      }
    }
    return name.length() == length;
  }

  public int valueLength() {
    return end - valueOffset;
  }

  public boolean isContainer() {
    return type() == BsonTypes.DOCUMENT || type() == BsonTypes.ARRAY;
  }

  public boolean isNumber() {
    int type = type();
    return type == BsonTypes.INT32
        || type == BsonTypes.INT64
        || type == BsonTypes.DOUBLE
        || type == BsonTypes.DECIMAL128;
  }

  public boolean isTruthy() {
    return switch (type()) {
      case BsonTypes.BOOLEAN -> array[valueOffset] != 0;
      case BsonTypes.INT32, BsonTypes.INT64 -> asLong() != 0;
      case BsonTypes.DOUBLE -> asDouble() != 0.0;
      case BsonTypes.NULL, BsonTypes.UNDEFINED -> false;
      default -> true;
    };
  }

  public int int32() {
    return LittleEndian.int32(array, valueOffset);
  }

  public long int64() {
    return LittleEndian.int64(array, valueOffset);
  }

  public double asDouble() {
    return type() == BsonTypes.DOUBLE ? Double.longBitsToDouble(int64()) : asLong();
  }

  /** A number of any kind, cut to a long. */
  public long asLong() {
    return switch (type()) {
      case BsonTypes.INT32 -> int32();
      case BsonTypes.DOUBLE -> (long) Double.longBitsToDouble(int64());
      case BsonTypes.DECIMAL128 -> decimal().longValue();
      default -> int64();
    };
  }

  public org.bson.types.Decimal128 decimal() {
    return org.bson.types.Decimal128.fromIEEE754BIDEncoding(
        LittleEndian.int64(array, valueOffset + 8), LittleEndian.int64(array, valueOffset));
  }

  /** The text of a string, symbol or code value. */
  public String string() {
    int length = LittleEndian.int32(array, valueOffset);
    return new String(array, valueOffset + 4, length - 1, StandardCharsets.UTF_8);
  }

  public RawDocument document() {
    return RawDocument.of(array, valueOffset);
  }

  public int binarySubtype() {
    return array[valueOffset + 4] & 0xFF;
  }

  public byte[] binary() {
    int length = LittleEndian.int32(array, valueOffset);
    return Arrays.copyOfRange(array, valueOffset + 5, valueOffset + 5 + length);
  }

  /** The value as a UUID (binary subtype 4), or null if it is something else. */
  public UUID uuid() {
    if (type() != BsonTypes.BINARY || binarySubtype() != 4 || valueLength() != 21) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(array, valueOffset + 5, 16);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  public byte[] value() {
    return Arrays.copyOfRange(array, valueOffset, end);
  }

  /** Whether type and bytes of both values are the same; names do not matter. */
  public boolean sameValue(RawElement other) {
    return type() == other.type()
        && Arrays.equals(array, valueOffset, end, other.array, other.valueOffset, other.end);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawElement that
        && Arrays.equals(array, start, end, that.array, that.start, that.end);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(Arrays.copyOfRange(array, start, end));
  }

  @Override
  public String toString() {
    return "RawElement(" + name() + ", type " + type() + ", " + valueLength() + " bytes)";
  }
}
