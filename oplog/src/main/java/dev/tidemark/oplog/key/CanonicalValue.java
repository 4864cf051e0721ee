package dev.tidemark.oplog.key;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.bson.LittleEndian;

/**
 * Writes a BSON value so that two values are equal on a server exactly if their bytes are.
 *
 * <p>Each value begins with its class; values of different classes are never equal. What follows
 * tells its own end, so that the values inside documents cannot run into each other.
 */
final class CanonicalValue {

  // Hashes of these bytes decide where documents are spilled: the numbers never change.
  private static final byte MISSING_FIELD = 0;
  private static final byte NULL = 5;
  private static final byte NUMBER = 10;
  private static final byte STRING = 15;
  private static final byte DOCUMENT = 20;
  private static final byte DOCUMENT_WITH_STRING = 21;
  private static final byte ARRAY = 25;
  private static final byte ARRAY_WITH_STRING = 26;
  private static final byte BINARY = 30;
  private static final byte OBJECT_ID = 35;
  private static final byte BOOLEAN = 40;
  private static final byte DATE_TIME = 45;
  private static final byte TIMESTAMP = 47;
  private static final byte REGEX = 50;
  private static final byte DB_POINTER = 55;
  private static final byte CODE = 60;
  private static final byte CODE_WITH_SCOPE = 65;
  private static final byte MIN_KEY = -1;
  private static final byte MAX_KEY = 127;

  private static final byte ELEMENT = 1;
  private static final byte END = 0;

  private final CanonicalBytes out = new CanonicalBytes();
  private boolean sawString;

  private CanonicalValue() {}

  static byte[] of(BsonCursor value) {
    switch (value.tag()) {
      case BsonTag.OBJECT_ID:
        return CanonicalBytes.of(OBJECT_ID, value.array(), value.valueOffset(), 12);
      case BsonTag.INT32:
        return CanonicalNumber.ofLong(NUMBER, value.int32());
      case BsonTag.INT64:
        return CanonicalNumber.ofLong(NUMBER, value.int64());
      case BsonTag.STRING:
      case BsonTag.SYMBOL:
        // Nothing follows, so the length needs no place.
        return CanonicalBytes.of(
            STRING, value.array(), value.valueOffset() + 4, value.valueLength() - 5);
      default:
        CanonicalValue canonical = new CanonicalValue();
        canonical.write(value, 1);
        return canonical.out.toByteArray();
    }
  }

  static boolean bearsString(byte[] canonical) {
    byte first = canonical[0];
    return first == STRING || first == DOCUMENT_WITH_STRING || first == ARRAY_WITH_STRING;
  }

  private void write(BsonCursor value, int depth) {
    switch (value.tag()) {
      case BsonTag.INT32 -> CanonicalNumber.writeLong(NUMBER, value.int32(), out);
      case BsonTag.INT64 -> CanonicalNumber.writeLong(NUMBER, value.int64(), out);
      case BsonTag.DOUBLE -> CanonicalNumber.writeDouble(NUMBER, longAt(value, 0), out);
      case BsonTag.DECIMAL128 ->
          CanonicalNumber.writeDecimal(NUMBER, longAt(value, 8), longAt(value, 0), out);
      case BsonTag.STRING, BsonTag.SYMBOL -> {
        sawString = true;
        writeBytes(STRING, value, 4, 1);
      }
      case BsonTag.CODE -> writeBytes(CODE, value, 4, 1);
      case BsonTag.DOCUMENT -> writeContainer(value.document(), DOCUMENT, true, depth);
      case BsonTag.ARRAY -> writeContainer(value.document(), ARRAY, false, depth);
      case BsonTag.CODE_WITH_SCOPE -> writeCodeWithScope(value, depth);
      case BsonTag.BOOLEAN -> {
        out.put(BOOLEAN);
        out.put((byte) (value.bool() ? 1 : 0));
      }
      case BsonTag.OBJECT_ID -> writeBytes(OBJECT_ID, value, 0, 0);
      case BsonTag.BINARY -> writeBytes(BINARY, value, 4, 0);
      case BsonTag.DATE_TIME -> writeBytes(DATE_TIME, value, 0, 0);
      case BsonTag.TIMESTAMP -> writeBytes(TIMESTAMP, value, 0, 0);
      case BsonTag.REGEX -> writeBytes(REGEX, value, 0, 0);
      case BsonTag.DB_POINTER -> writeBytes(DB_POINTER, value, 4, 0);
      case BsonTag.NULL -> out.put(NULL);
      case BsonTag.UNDEFINED -> out.put(MISSING_FIELD);
      case BsonTag.MIN_KEY -> out.put(MIN_KEY);
      case BsonTag.MAX_KEY -> out.put(MAX_KEY);
      default -> throw new IllegalStateException("no cursor stands on type " + value.tag());
    }
  }

  /** The class, the number of bytes, and the value's bytes but those at its two ends. */
  private void writeBytes(byte valueClass, BsonCursor value, int skipped, int dropped) {
    int count = value.valueLength() - skipped - dropped;
    out.put(valueClass);
    out.putInt(count);
    out.put(value.array(), value.valueOffset() + skipped, count);
  }

  /** Names count in documents; in arrays only the order does. */
  private void writeContainer(BsonSlice container, byte valueClass, boolean named, int depth) {
    BsonSlice.checkDepth(depth);
    int start = out.length();
    out.put(valueClass);
    boolean sawStringBefore = sawString;
    sawString = false;
    BsonCursor element = container.cursor();
    while (element.next()) {
      out.put(ELEMENT);
      if (named) {
        out.put(element.array(), element.nameOffset(), element.nameLength() + 1);
      }
      write(element, depth + 1);
    }
    out.put(END);
    if (sawString) {
      out.set(start, (byte) (valueClass + 1));
    }
    sawString |= sawStringBefore;
  }

  private void writeCodeWithScope(BsonCursor value, int depth) {
    int code = value.valueOffset() + 4;
    int length = LittleEndian.getInt(value.array(), code) - 1;
    out.put(CODE_WITH_SCOPE);
    out.putInt(length);
    out.put(value.array(), code + 4, length);
    writeContainer(value.scope(), DOCUMENT, true, depth);
  }

  private static long longAt(BsonCursor value, int skipped) {
    return LittleEndian.getLong(value.array(), value.valueOffset() + skipped);
  }
}
