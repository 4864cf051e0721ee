package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow.CommitRule;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the entries of one replica set into the operations that take effect, each at its moment.
 *
 * <p>{@code applyOps} entries come in five forms: independent operations (no session), independent
 * entries linked to one another ({@code multiOpType: 1}), a part of a transaction ({@code
 * partialTxn}), the last part, which commits it, and a prepared part, which waits for {@code
 * commitTransaction} or {@code abortTransaction}. Operations of a transaction take effect at its
 * commit and not where they were logged. Parts belong together by session and number; {@code
 * prevOpTime} only tells whether the first part seen is the first there was.
 *
 * <p>Entries have to be given in the order of the oplog. Entries of open transactions are kept in
 * memory, raw, until they are decided. Not thread-safe.
 *
 * <pre>{@code
 * TransactionAssembler assembler =
 *     new TransactionAssembler(ApplyWindow.ofReplicaSet(start, target));
 * for (OplogEntry entry : entries) {
 *   assembler.accept(entry, (operation, effective) -> ...);
 * }
 * assembler.open(); // began before the target and were not committed by then
 * }</pre>
 */
public final class TransactionAssembler {

  private final ApplyWindow window;
  private final Map<TransactionId, Chain> chains = new LinkedHashMap<>();
  private long bufferedBytes;

  public TransactionAssembler(ApplyWindow window) {
    this.window = window;
  }

  /**
   * Takes the next entry and hands over what takes effect at it.
   *
   * @throws TidemarkException {@code OPLOG_TRANSACTION_CHAIN_MISSING} if a transaction commits that
   *     was not read from its beginning; {@code OPLOG_TRANSACTION_MALFORMED}; {@code
   *     OPLOG_UNKNOWN_KIND}, {@code OPLOG_UNKNOWN_VERSION} or a failure to read the entry
   */
  public void accept(OplogEntry entry, OperationSink sink) {
    Optime optime = entry.optime();
    boolean applied = window.contains(optime);
    if (!entry.op().equals("c")) {
      if (applied) {
        acceptWrite(entry, optime, sink);
      }
      return;
    }
    switch (TransactionCommand.of(entry)) {
      case APPLY -> acceptApplyOps(entry, applied, sink);
      case COMMIT -> acceptCommit(entry, sink);
      case ABORT -> acceptAbort(entry);
      case NONE -> {
        if (applied) {
          acceptWrite(entry, optime, sink);
        }
      }
    }
  }

  private static void acceptWrite(OplogEntry entry, Optime optime, OperationSink sink) {
    switch (entry.kind()) {
      case NOOP -> {}
      case INSERT, UPDATE, DELETE, COMMAND -> sink.accept(entry, optime);
    }
  }

  private void acceptApplyOps(OplogEntry entry, boolean applied, OperationSink sink) {
    if (entry.optime().isAfter(window.to())) {
      return;
    }
    ApplyOps operations = ApplyOps.of(entry);
    TransactionId id = TransactionId.of(entry);
    if (id == null || entry.multiOpType() == 1) {
      if (applied) {
        operations.emit(entry.optime(), sink);
      }
      return;
    }
    Chain chain = resumed(id, entry);
    if (!operations.commits()) {
      if (chain == null) {
        chain = new Chain(id.compact(), operations.compact());
        chains.put(chain.id(), chain);
      } else {
        bufferedBytes -= chain.bytes();
        chain.add(operations.compact());
      }
      bufferedBytes += chain.bytes();
    } else if (chain != null) {
      remove(chain);
      chain.add(operations);
      if (applied) {
        chain.emit(entry, entry.optime(), sink);
      }
    } else if (applied) {
      emitAlone(operations, sink);
    }
  }

  /** The chain that an entry goes on with, or null if it begins one. */
  private Chain resumed(TransactionId id, OplogEntry entry) {
    Chain chain = chains.get(id);
    if (chain != null && Optime.ZERO.equals(entry.previous())) {
      // The transaction was tried again from its beginning; what the first attempt left is void.
      remove(chain);
      return null;
    }
    return chain;
  }

  /**
   * A transaction of one entry, or a retryable write of several documents. The latter may be linked
   * to an earlier entry and stands alone nevertheless, so only the count shows a lost beginning.
   */
  private static void emitAlone(ApplyOps operations, OperationSink sink) {
    OplogEntry entry = operations.entry();
    if (operations.count() >= 0 && operations.count() != operations.size()) {
      throw Chain.missing(
          entry, operations.size() + " of its " + operations.count() + " operations were read");
    }
    sink.transactionBegins(Optional.empty(), entry.optime(), List.of(entry.optime()));
    operations.emit(entry.optime(), sink);
    sink.transactionEnds();
  }

  private void acceptCommit(OplogEntry entry, OperationSink sink) {
    Optime optime = entry.optime();
    boolean beyond = optime.isAfter(window.to());
    if (beyond && window.rule() == CommitRule.COMMIT_ENTRY) {
      return;
    }
    TransactionId id = identity(entry);
    Chain chain = chains.get(id);
    boolean effective =
        !optime.isBefore(window.from())
            && (window.rule() == CommitRule.COMMIT_ENTRY
                || !commitTimestamp(entry).isAfter(window.to()));
    if (chain == null) {
      if (effective) {
        throw Chain.missing(entry, "no entry that prepares it was read");
      }
      return;
    }
    if (!chain.prepared()) {
      throw malformed(entry, "a transaction commits here that was not prepared");
    }
    remove(chain);
    if (effective) {
      chain.emit(entry, optime, sink);
    }
  }

  /** An abort without a chain is normal: servers log it for what they find when stepping up. */
  private void acceptAbort(OplogEntry entry) {
    Chain chain = chains.get(identity(entry));
    boolean beyond = entry.optime().isAfter(window.to());
    if (chain != null && (!beyond || chain.prepared())) {
      remove(chain);
    }
  }

  /**
   * Decides a transaction that is still open by what another shard's oplog says about it. It takes
   * effect, after everything else, if its commit timestamp lies inside the window.
   *
   * @return whether it was open and prepared here
   */
  public boolean decide(CommitDecision decision, OperationSink sink) {
    Chain chain = chains.get(decision.id());
    if (chain == null || !chain.prepared()) {
      return false;
    }
    remove(chain);
    if (!decision.commitTimestamp().isAfter(window.to())) {
      chain.emit(chain.lastEntry(), decision.commitTimestamp(), sink);
    }
    return true;
  }

  /**
   * Whether entries after the window are needed: transactions prepared inside it are undecided, and
   * their commit timestamps may still lie inside.
   */
  public boolean awaitsDecisions() {
    return window.rule() == CommitRule.COMMIT_TIMESTAMP
        && chains.values().stream().anyMatch(Chain::prepared);
  }

  /** The optime from which the oplog has to be read so that every open transaction is complete. */
  public Optional<Optime> oldestOpen() {
    return chains.values().stream().map(Chain::first).min(Comparator.naturalOrder());
  }

  /** What is open after the last entry, in the order in which it began. */
  public List<OpenTransaction> open() {
    Collection<Chain> open = chains.values();
    return open.stream().map(Chain::describe).toList();
  }

  /** Bytes of the entries that are kept for open transactions. */
  public long bufferedBytes() {
    return bufferedBytes;
  }

  private void remove(Chain chain) {
    chains.remove(chain.id());
    bufferedBytes -= chain.bytes();
  }

  private static TransactionId identity(OplogEntry entry) {
    TransactionId id = TransactionId.of(entry);
    if (id == null) {
      throw malformed(entry, "a transaction is decided here without saying which");
    }
    return id;
  }

  private static Optime commitTimestamp(OplogEntry entry) {
    return CommitDecision.of(entry)
        .orElseThrow(
            () -> malformed(entry, "a transaction commits here without a commit timestamp"))
        .commitTimestamp();
  }

  private static TidemarkException malformed(OplogEntry entry, String reason) {
    return new TidemarkException(
        OplogError.OPLOG_TRANSACTION_MALFORMED,
        reason,
        entry.where(),
        "Compare the entry with its source; if they differ, fetch it again");
  }
}
