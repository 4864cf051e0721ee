package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entries of one open transaction, in order. Not thread-safe. */
final class Chain {

  private final TransactionId id;
  private final boolean headless;
  private final List<ApplyOps> entries = new ArrayList<>();
  private long operations;
  private long bytes;
  private long count = -1;
  private boolean prepared;

  /** Begins with the first entry that was seen of the transaction. */
  Chain(TransactionId id, ApplyOps first) {
    this.id = id;
    Optime previous = first.entry().previous();
    headless = previous != null && !previous.equals(Optime.ZERO);
    add(first);
  }

  void add(ApplyOps entry) {
    entries.add(entry);
    operations += entry.size();
    bytes += entry.entry().raw().length();
    count = Math.max(count, entry.count());
    prepared |= entry.prepare();
  }

  TransactionId id() {
    return id;
  }

  boolean prepared() {
    return prepared;
  }

  Optime first() {
    return entries.get(0).entry().optime();
  }

  OplogEntry lastEntry() {
    return entries.get(entries.size() - 1).entry();
  }

  /** Bytes of the buffered entries. */
  long bytes() {
    return bytes;
  }

  OpenTransaction describe() {
    return new OpenTransaction(id, first(), lastEntry().optime(), prepared, operations);
  }

  /**
   * Hands over all operations.
   *
   * @throws TidemarkException {@code OPLOG_TRANSACTION_CHAIN_MISSING} if entries of the transaction
   *     were not seen
   */
  void emit(OplogEntry commit, Optime effective, OperationSink sink) {
    if (headless || (count >= 0 && count != operations)) {
      throw missing(
          commit,
          count < 0
              ? "the first " + operations + " operations read of it do not begin it"
              : operations + " of its " + count + " operations were read");
    }
    sink.transactionBegins(
        prepared ? Optional.of(id) : Optional.empty(),
        effective,
        entries.stream().map(part -> part.entry().optime()).toList());
    for (ApplyOps entry : entries) {
      entry.emit(effective, sink);
    }
    sink.transactionEnds();
  }

  /** A commit whose operations are not all known. */
  static TidemarkException missing(OplogEntry commit, String detail) {
    return new TidemarkException(
        OplogError.OPLOG_TRANSACTION_CHAIN_MISSING,
        "a transaction commits here, but " + detail,
        commit.where(),
        "Read the oplog from the start of the oldest transaction that was open when the base began,"
            + " or use another base");
  }
}
