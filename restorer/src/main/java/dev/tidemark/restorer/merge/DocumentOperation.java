package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;

/**
 * One operation on one document of a collection that is restored.
 *
 * @param kind what it does
 * @param collection the collection's number in this restore
 * @param hash of the document's key
 * @param optime when it takes effect, as {@link dev.tidemark.oplog.optime.Optime#value()}
 * @param sequence its place among all operations
 * @param key a document that holds the {@code _id}
 * @param payload what an insert or update carries; the key again where there is nothing else
 */
record DocumentOperation(
    Kind kind,
    int collection,
    long hash,
    long optime,
    long sequence,
    BsonSlice key,
    BsonSlice payload) {

  /** What operations and restored spill records do. */
  enum Kind {
    /** A document of the base; the optime is its watermark, the sequence its place. */
    LOAD,
    /** Put a whole document in place of what is there. */
    INSERT,
    /** Change a document that exists. */
    UPDATE,
    /** Change a document, or make it. */
    UPSERT,
    DELETE,
    /** Remove all documents of the collection; the key means nothing. */
    TRUNCATE,
    /** A document whose unexplained update, at the optime, was healed by a replacement. */
    LOAD_HEALED,
    /** A document that is missing although an update, at the optime, needed it. */
    LOAD_MISSING;

    /** Whether the payload is another document than the key. */
    boolean hasPayload() {
      return this == UPDATE || this == UPSERT;
    }

    /** Whether it is a part of the oplog that concerns one document. */
    boolean isWrite() {
      return switch (this) {
        case INSERT, UPDATE, UPSERT, DELETE -> true;
        case LOAD, LOAD_HEALED, LOAD_MISSING, TRUNCATE -> false;
      };
    }
  }

  /** Bytes that a list of operations holds on to for this one. */
  int weight() {
    return key.length() + payload.length() + 96;
  }
}
