package dev.tidemark.oplog.bson;

/** How many bytes a value takes, by its type and its own length fields. */
final class BsonLength {

  private BsonLength() {}

  /**
   * The length of the value at an offset, checked as far as its own bytes are needed to know it.
   *
   * @param end where the readable bytes end, exclusive
   * @return a length that is never negative but may lead beyond {@code end}
   */
  static long of(byte tag, byte[] array, int offset, int end) {
    switch (tag) {
      case BsonTag.DOUBLE:
      case BsonTag.DATE_TIME:
      case BsonTag.TIMESTAMP:
      case BsonTag.INT64:
        return 8;
      case BsonTag.INT32:
        return 4;
      case BsonTag.BOOLEAN:
        return 1;
      case BsonTag.OBJECT_ID:
        return 12;
      case BsonTag.DECIMAL128:
        return 16;
      case BsonTag.NULL:
      case BsonTag.UNDEFINED:
      case BsonTag.MIN_KEY:
      case BsonTag.MAX_KEY:
        return 0;
      case BsonTag.STRING:
      case BsonTag.CODE:
      case BsonTag.SYMBOL:
        return string(array, offset, end);
      case BsonTag.DOCUMENT:
      case BsonTag.ARRAY:
        return document(array, offset, end);
      case BsonTag.BINARY:
        long payload = prefix(array, offset, end);
        if (payload < 0) {
          throw BsonFailures.malformed("binary data of negative length", offset);
        }
        return 5L + payload;
      case BsonTag.REGEX:
        int options = cstringEnd(array, offset, end);
        return (long) cstringEnd(array, options, end) - offset;
      case BsonTag.DB_POINTER:
        return string(array, offset, end) + 12;
      case BsonTag.CODE_WITH_SCOPE:
        return codeWithScope(array, offset, end);
      default:
        throw BsonFailures.malformed("unknown type " + (tag & 0xFF), offset);
    }
  }

  private static int prefix(byte[] array, int offset, int end) {
    if (end - offset < 4) {
      throw BsonFailures.malformed("a length runs out of its document", offset);
    }
    return LittleEndian.getInt(array, offset);
  }

  private static long string(byte[] array, int offset, int end) {
    int length = prefix(array, offset, end);
    if (length < 1 || length > end - offset - 4) {
      throw BsonFailures.malformed("a string of " + length + " bytes", offset);
    }
    if (array[offset + 4 + length - 1] != 0) {
      throw BsonFailures.malformed("a string is not terminated", offset);
    }
    return 4L + length;
  }

  private static long document(byte[] array, int offset, int end) {
    int length = prefix(array, offset, end);
    if (length < BsonSlice.MIN_LENGTH || length > end - offset) {
      throw BsonFailures.malformed("an embedded document of " + length + " bytes", offset);
    }
    if (array[offset + length - 1] != 0) {
      throw BsonFailures.malformed("an embedded document is not terminated", offset);
    }
    return length;
  }

  private static int cstringEnd(byte[] array, int offset, int end) {
    int zero = LittleEndian.zeroAt(array, offset, end);
    if (zero < end) {
      return zero + 1;
    }
    throw BsonFailures.malformed("a regular expression runs out of its document", offset);
  }

  private static long codeWithScope(byte[] array, int offset, int end) {
    int length = prefix(array, offset, end);
    if (length < 4 + 5 + BsonSlice.MIN_LENGTH || length > end - offset) {
      throw BsonFailures.malformed("code with scope of " + length + " bytes", offset);
    }
    int valueEnd = offset + length;
    int scope = offset + 4 + (int) string(array, offset + 4, valueEnd);
    if (scope + document(array, scope, valueEnd) != valueEnd) {
      throw BsonFailures.malformed("the scope does not end with its value", scope);
    }
    return length;
  }
}
