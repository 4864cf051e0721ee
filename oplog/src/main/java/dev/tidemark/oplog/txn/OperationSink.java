package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Optional;

/** Takes the operations of an oplog one by one, in the order in which they take effect. */
@FunctionalInterface
public interface OperationSink {

  /**
   * Takes one insert, update, delete or command.
   *
   * @param operation an entry of its own or one out of an {@code applyOps}, never a noop, an {@code
   *     applyOps}, a commit or an abort
   * @param effective the optime of the entry at which it takes effect: its own or that of the
   *     {@code applyOps} around it, for a transaction that of the entry that commits it
   */
  void accept(OplogEntry operation, Optime effective);

  /**
   * A transaction takes effect: the operations until {@link #transactionEnds} are its, all of them
   * that this oplog holds.
   *
   * @param prepared what identifies it on every shard, if it was prepared: other shards may hold
   *     operations of it, too
   * @param effective the optime of the entry that commits it
   * @param parts the optimes of the entries that hold its operations
   */
  default void transactionBegins(
      Optional<TransactionId> prepared, Optime effective, List<Optime> parts) {}

  /** Every operation of the transaction was handed over. */
  default void transactionEnds() {}
}
