package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.util.Optional;

/**
 * That a prepared transaction was committed, as one shard's oplog says. It holds on every shard, so
 * it can decide a transaction whose commit entry on another shard was lost or not read.
 *
 * @param commitTimestamp the timestamp shared by all shards
 */
public record CommitDecision(TransactionId id, Optime commitTimestamp) {

  /** The decision that an entry records, if it is a commit of a prepared transaction. */
  public static Optional<CommitDecision> of(OplogEntry entry) {
    if (!entry.op().equals("c")) {
      return Optional.empty();
    }
    try {
      BsonCursor command = entry.o().cursor();
      TransactionId id = TransactionId.of(entry);
      if (id == null || !command.next() || !command.nameIs("commitTransaction")) {
        return Optional.empty();
      }
      BsonCursor timestamp = entry.o().find("commitTimestamp");
      return timestamp == null
          ? Optional.empty()
          : Optional.of(new CommitDecision(id.compact(), new Optime(timestamp.timestamp())));
    } catch (TidemarkException e) {
      throw entry.located(e);
    }
  }
}
