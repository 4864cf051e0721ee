package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;

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
}
