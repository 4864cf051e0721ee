package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;

/**
 * One {@code applyOps} entry: its operations and what it says about a transaction.
 *
 * @param operations the array of operations
 * @param size how many operations the array has
 * @param partial whether more entries of the same transaction follow
 * @param prepare whether the transaction is prepared here and decided by a later entry
 * @param count how many operations the whole transaction has, or -1 if the entry does not say
 */
record ApplyOps(
    OplogEntry entry,
    BsonSlice operations,
    long size,
    boolean partial,
    boolean prepare,
    long count) {

  /** Reads the command of an entry whose first field is {@code applyOps}. */
  static ApplyOps of(OplogEntry entry) {
    BsonSlice command = entry.o();
    try {
      return of(entry, command);
    } catch (TidemarkException e) {
      throw entry.located(e);
    }
  }

  private static ApplyOps of(OplogEntry entry, BsonSlice command) {
    BsonSlice operations = null;
    boolean partial = false;
    boolean prepare = false;
    long count = -1;
    BsonCursor field = command.cursor();
    while (field.next()) {
      if (field.nameIs("applyOps")) {
        operations = array(field);
      } else if (field.nameIs("partialTxn")) {
        partial = field.bool();
      } else if (field.nameIs("prepare")) {
        prepare = field.bool();
      } else if (field.nameIs("count")) {
        count = field.integer();
      }
    }
    return new ApplyOps(entry, operations, size(operations), partial, prepare, count);
  }

  private static BsonSlice array(BsonCursor field) {
    if (field.tag() != BsonTag.ARRAY) {
      throw new TidemarkException(
          OplogError.OPLOG_TRANSACTION_MALFORMED,
          "the operations of an applyOps are not an array",
          "",
          "Compare the entry with its source; if they differ, fetch it again");
    }
    return field.document();
  }

  private static long size(BsonSlice operations) {
    long size = 0;
    BsonCursor cursor = operations.cursor();
    while (cursor.next()) {
      size++;
    }
    return size;
  }

  /** Whether the transaction's operations take effect at this entry. */
  boolean commits() {
    return !partial && !prepare;
  }

  /** The same in an array of its own, so that a larger buffer around the entry can be let go. */
  ApplyOps compact() {
    return of(OplogEntry.read(entry.raw().compact()));
  }

  /** Hands over the operations in order; those of nested {@code applyOps} in their place. */
  void emit(Optime effective, OperationSink sink) {
    emit(effective, sink, 1);
  }

  private void emit(Optime effective, OperationSink sink, int depth) {
    BsonCursor cursor = operations.cursor();
    for (OplogEntry operation = next(cursor, depth);
        operation != null;
        operation = next(cursor, depth)) {
      OpKind kind = operation.kind();
      if (kind == OpKind.COMMAND && TransactionCommand.of(operation) == TransactionCommand.APPLY) {
        of(operation).emit(effective, sink, depth + 1);
      } else if (kind != OpKind.NOOP) {
        sink.accept(operation, effective);
      }
    }
  }

  private OplogEntry next(BsonCursor cursor, int depth) {
    try {
      BsonSlice.checkDepth(depth);
      return cursor.next() ? entry.inner(cursor.object()) : null;
    } catch (TidemarkException e) {
      throw entry.located(e);
    }
  }
}
