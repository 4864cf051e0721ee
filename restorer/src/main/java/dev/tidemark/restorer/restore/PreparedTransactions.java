package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.CommitDecision;
import dev.tidemark.oplog.txn.OpenTransaction;
import dev.tidemark.oplog.txn.TransactionAssembler;
import dev.tidemark.oplog.txn.TransactionId;
import dev.tidemark.restorer.merge.OplogSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of the transactions that several shards took part in: they are applied by their
 * commit timestamp, on all shards or on none, and the entry that commits one may lie behind the
 * restored optime on some of them.
 *
 * @param commits what the shards' oplogs say, all of it that is at hand
 * @param undecided prepared up to the restored optime, and neither committed nor aborted in any of
 *     the oplogs
 */
record PreparedTransactions(List<CommitDecision> commits, List<Undecided> undecided) {

  PreparedTransactions {
    commits = List.copyOf(commits);
    undecided = List.copyOf(undecided);
  }

  /**
   * A transaction of which nobody knows the end.
   *
   * @param set name of the replica set on which it is prepared
   */
  record Undecided(String set, OpenTransaction transaction) {
    /** When it was prepared. */
    Optime prepared() {
      return transaction.last();
    }
  }

  /** Reads the entries of all shards of a plan once. */
  static PreparedTransactions of(RestorePlan plan, ObjectStore store) throws IOException {
    List<CommitDecision> commits = new ArrayList<>();
    List<Undecided> open = new ArrayList<>();
    for (SetPlan set : plan.sets()) {
      Optime start = new SnapshotTimes(set.snapshot().start(), set.snapshot().end()).appliedFrom();
      TransactionAssembler assembler =
          new TransactionAssembler(ApplyWindow.ofShard(start, plan.optime()));
      OplogSource oplog = PlannedOplog.ofShard(store, set, plan.optime());
      try (DocumentStream cursor = oplog.open(Optime.ZERO)) {
        for (BsonSlice raw = cursor.next(); raw != null; raw = cursor.next()) {
          OplogEntry entry = OplogEntry.read(raw);
          CommitDecision.of(entry).ifPresent(commits::add);
          assembler.accept(entry, (operation, effective) -> {});
        }
      }
      assembler.open().stream()
          .filter(OpenTransaction::prepared)
          .forEach(
              transaction -> open.add(new Undecided(set.snapshot().set().name(), transaction)));
    }
    Set<TransactionId> committed =
        commits.stream().map(CommitDecision::id).collect(Collectors.toSet());
    return new PreparedTransactions(
        commits, open.stream().filter(one -> !committed.contains(one.transaction().id())).toList());
  }

  /** The undecided one that was prepared first. */
  Optional<Undecided> oldest() {
    return undecided.stream().min(Comparator.comparing(Undecided::prepared));
  }
}
