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
  /** The entry has a tenant's id {@code tid}, so its namespace is not unique. */
  OPLOG_TENANT_NOT_SUPPORTED,
  /** An update entry is neither a replacement nor made of modifiers nor a delta. */
  OPLOG_UPDATE_UNKNOWN_FORM,
  /** An update made of modifiers breaks their rules. */
  OPLOG_MODIFIERS_MALFORMED,
  /** A delta breaks the grammar of {@code $v: 2}. */
  OPLOG_DELTA_MALFORMED,
  /** An update would give its document another {@code _id}. */
  OPLOG_UPDATE_CHANGES_ID,
  /** A document has no {@code _id}, and nothing else identifies it. */
  OPLOG_ID_MISSING,
  /** A transaction commits whose earlier entries were not read: data would be lost. */
  OPLOG_TRANSACTION_CHAIN_MISSING,
  /** An {@code applyOps}, commit or abort entry has a form that no server writes. */
  OPLOG_TRANSACTION_MALFORMED,
  /** A command that this release does not know. */
  OPLOG_UNKNOWN_COMMAND,
  /** A command lacks a field, or a field of it has another type than its meaning allows. */
  OPLOG_COMMAND_MALFORMED,
  /** A command whose effect the oplog does not describe: a new base is needed. */
  OPLOG_COMMAND_NOT_REPLAYABLE,
  /** A command names a collection that neither the base nor the oplog created. */
  OPLOG_UNKNOWN_COLLECTION,
  /** Two collections have the same name after the base was complete. */
  OPLOG_NAMESPACE_CONFLICT,
  /** A command names an index that its collection does not have. */
  OPLOG_UNKNOWN_INDEX,
  /** The feature compatibility version changes within the range to be replayed. */
  OPLOG_FCV_CHANGED
}
