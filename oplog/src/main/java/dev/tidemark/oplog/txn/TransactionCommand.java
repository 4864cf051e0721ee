package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;

/** What a command entry means for the assembly of transactions. */
enum TransactionCommand {
  APPLY,
  COMMIT,
  ABORT,
  /** Every other command: it takes effect on its own. */
  NONE;

  /** Decided by the command's first field, as servers do. */
  static TransactionCommand of(OplogEntry entry) {
    BsonCursor command = entry.o().cursor();
    try {
      if (!command.next()) {
        return NONE;
      }
    } catch (TidemarkException e) {
      throw entry.located(e);
    }
    if (command.nameIs("applyOps")) {
      return APPLY;
    }
    if (command.nameIs("commitTransaction")) {
      return COMMIT;
    }
    return command.nameIs("abortTransaction") ? ABORT : NONE;
  }
}
