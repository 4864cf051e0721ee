package dev.tidemark.oplog.error;

/** Why oplog entries could not be read or replayed. */
public enum OplogError implements ErrorCode {
  /** Bytes that are not BSON: a length, type or terminator does not hold. */
  OPLOG_BSON_MALFORMED,
  /** A BSON value has another type than the place where it stands allows. */
  OPLOG_BSON_UNEXPECTED_TYPE,
  /** Documents are nested deeper than any server stores them. */
  OPLOG_BSON_TOO_DEEP,
  /** A document would grow beyond what any server can hold. */
  OPLOG_DOCUMENT_TOO_LARGE,
  /** An oplog entry lacks a field that its kind requires. */
  OPLOG_ENTRY_MALFORMED,
  /** The {@code op} of an entry is none that can be replayed. */
  OPLOG_UNKNOWN_KIND,
  /** The format version {@code v} of an entry is not 2. */
  OPLOG_UNKNOWN_VERSION,
  /** An update entry is neither a replacement nor made of modifiers nor a delta. */
  OPLOG_UPDATE_UNKNOWN_FORM,
  /** An update made of modifiers breaks their rules. */
  OPLOG_MODIFIERS_MALFORMED,
  /** A delta breaks the grammar of {@code $v: 2}. */
  OPLOG_DELTA_MALFORMED
}
