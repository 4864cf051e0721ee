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
    LOAD_MISSING,
    /**
     * What undo knows of a document that was loaded right before, or of a missing one: the payload
     * is the document at the source, the sequence says more.
     */
    LOAD_UNDONE,
    /** An insert that is left out. */
    SKIPPED_INSERT,
    /** An update that is left out. */
    SKIPPED_UPDATE,
    /** An upsert that is left out. */
    SKIPPED_UPSERT,
    /** A delete that is left out. */
    SKIPPED_DELETE;

    /** Whether the payload is another document than the key. */
    boolean hasPayload() {
      return switch (this) {
        case UPDATE, UPSERT, SKIPPED_UPDATE, SKIPPED_UPSERT, LOAD_UNDONE -> true;
        case LOAD,
            INSERT,
            DELETE,
            TRUNCATE,
            LOAD_HEALED,
            LOAD_MISSING,
            SKIPPED_INSERT,
            SKIPPED_DELETE ->
            false;
      };
    }

    /** Whether it is only there because something is left out. */
    boolean isUndo() {
      return ordinal() >= LOAD_UNDONE.ordinal();
    }

    /** Whether it is a part of the oplog that concerns one document, and is not left out. */
    boolean isWrite() {
      return switch (this) {
        case INSERT, UPDATE, UPSERT, DELETE -> true;
        default -> false;
      };
    }
  }

  /** The same, but as one that is left out. */
  DocumentOperation leftOut() {
    Kind skipped =
        switch (kind) {
          case INSERT -> Kind.SKIPPED_INSERT;
          case UPDATE -> Kind.SKIPPED_UPDATE;
          case UPSERT -> Kind.SKIPPED_UPSERT;
          case DELETE -> Kind.SKIPPED_DELETE;
          default -> throw new IllegalArgumentException("nothing that could be left out: " + kind);
        };
    return new DocumentOperation(skipped, collection, hash, optime, sequence, key, payload);
  }

  /** Bytes that a list of operations holds on to for this one. */
  int weight() {
    return key.length() + payload.length() + 96;
  }
}
