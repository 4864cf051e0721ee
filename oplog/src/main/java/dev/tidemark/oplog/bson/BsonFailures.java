package dev.tidemark.oplog.bson;

import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;

/** The failures of reading BSON, kept out of the hot methods that detect them. */
final class BsonFailures {

  private static final String REMEDY =
      "Compare the entry or document with its source; if they differ, fetch it again";

  private BsonFailures() {}

  static TidemarkException malformed(String reason, int offset) {
    return new TidemarkException(
        OplogError.OPLOG_BSON_MALFORMED,
        "malformed BSON: " + reason,
        "byte " + offset + " of the buffer",
        REMEDY);
  }

  static TidemarkException unexpectedType(String name, byte found, String wanted, int offset) {
    return new TidemarkException(
        OplogError.OPLOG_BSON_UNEXPECTED_TYPE,
        "field '" + name + "' has BSON type " + (found & 0xFF) + " where " + wanted + " is needed",
        "byte " + offset + " of the buffer",
        REMEDY);
  }

  static TidemarkException tooDeep(int limit) {
    return new TidemarkException(
        OplogError.OPLOG_BSON_TOO_DEEP,
        "documents are nested more than " + limit + " levels deep",
        "",
        REMEDY);
  }

  static TidemarkException tooLarge(long size, int limit) {
    return new TidemarkException(
        OplogError.OPLOG_DOCUMENT_TOO_LARGE,
        "a document would take " + size + " bytes; no server holds more than " + limit,
        "",
        "Look at the update that pads or extends it: the entry or the base is damaged");
  }
}
