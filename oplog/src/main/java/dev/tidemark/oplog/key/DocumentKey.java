package dev.tidemark.oplog.key;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.Arrays;

/**
 * A document's {@code _id}, with the equality that servers give it: numbers are equal if their
 * values are, whatever their types; strings and symbols are one type; fields of embedded documents
 * are compared in order, with their names.
 *
 * <p>Equality is that of the simple collation, and this is right for entries of a collection with
 * another one, too. A server logs the {@code _id} of a delete or update from the stored document,
 * not from the query, so an entry names its document byte for byte (or by value, for numbers), and
 * of the ids that a collation holds equal at most one is stored at a time. Replay over a base that
 * is ahead of the entries converges as well: each stored document of such a class is inserted and
 * deleted under its own id. What the collation does demand is order between the ids that it may
 * hold equal: see {@link KeyLanes}.
 *
 * <p>Holds a canonical copy of the value, not the value itself: about 50 bytes for an ObjectId.
 * Immutable.
 */
public final class DocumentKey {

  private final byte[] canonical;
  private final long hash;

  private DocumentKey(byte[] canonical) {
    this.canonical = canonical;
    this.hash = KeyHash.of(canonical);
  }

  /**
   * The key of a document, or of another document that holds its {@code _id}, as the {@code o} of a
   * delete and the {@code o2} of an update do.
   *
   * @throws TidemarkException {@code OPLOG_ID_MISSING}, or what reading BSON throws
   */
  public static DocumentKey ofDocument(BsonSlice document) {
    BsonCursor id = document.find("_id");
    if (id == null) {
      throw new TidemarkException(
          OplogError.OPLOG_ID_MISSING,
          "a document has no _id",
          "",
          "Compare the entry or document with its source; if they differ, fetch it again");
    }
    return of(id);
  }

  /** The key that is the value of the element a cursor stands on. */
  public static DocumentKey of(BsonCursor id) {
    return new DocumentKey(CanonicalValue.of(id));
  }

  /** Whether the value is or contains a string, so that a collation may hold others equal to it. */
  public boolean bearsString() {
    return CanonicalValue.bearsString(canonical);
  }

  /** A well-mixed hash, the same for equal keys in every process and release. */
  public long hash64() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DocumentKey that
        && hash == that.hash
        && Arrays.equals(canonical, that.canonical);
  }

  @Override
  public int hashCode() {
    return (int) (hash ^ hash >>> 32);
  }

  /** The hash only: ids are users' data and do not belong into logs. */
  @Override
  public String toString() {
    return "DocumentKey[" + Long.toHexString(hash) + "]";
  }
}
