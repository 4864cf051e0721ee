package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import java.util.Objects;

/**
 * What identifies a transaction on every shard: the whole session document (child sessions differ
 * in more than {@code id}) and the number in it. Immutable.
 */
public record TransactionId(BsonSlice lsid, long txnNumber) {

  public TransactionId {
    Objects.requireNonNull(lsid, "lsid");
  }

  /** The identity that an entry carries, or null if it has none. */
  static TransactionId of(OplogEntry entry) {
    if (entry.lsid() == null || entry.txnNumber().isEmpty()) {
      return null;
    }
    return new TransactionId(entry.lsid(), entry.txnNumber().getAsLong());
  }

  /** The same identity in an array of its own, so that the entry's bytes can be let go. */
  TransactionId compact() {
    return new TransactionId(lsid.compact(), txnNumber);
  }

  /** The session as JSON and the number; sessions are no secrets, user digests in them neither. */
  @Override
  public String toString() {
    return lsid.toRawBsonDocument().toJson() + " transaction " + txnNumber;
  }
}
