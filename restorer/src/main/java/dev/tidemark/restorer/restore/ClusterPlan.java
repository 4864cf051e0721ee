package dev.tidemark.restorer.restore;

import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.txn.CommitDecision;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.undo.SkipRules;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A plan for all replica sets of a cluster, with what is known of the transactions that several of
 * them took part in.
 *
 * @param plan one optime for all sets
 * @param decisions how those transactions ended; empty if the cluster is one replica set
 * @param earlier why {@code latest} is an earlier moment than the newest; empty if it is not. It is
 *     not among the plan's warnings, because nothing is wrong
 */
record ClusterPlan(
    RestorePlan plan, Optional<Collection<CommitDecision>> decisions, Optional<String> earlier) {

  /**
   * Plans. {@code latest} ends before a transaction that is prepared and whose end is not known
   * yet: it may have been committed in the moment before, on every shard.
   *
   * @throws dev.tidemark.archive.plan.TargetUnreachableException if the moment cannot be restored
   * @throws TidemarkException RESTORE_NOT_POSSIBLE if the moment is behind such a transaction
   */
  static ClusterPlan of(Planner planner, PlanRequest asked, ObjectStore store) throws IOException {
    RestorePlan plan = planner.plan(asked);
    if (plan.sets().size() == 1) {
      return new ClusterPlan(plan, Optional.empty(), Optional.empty());
    }
    PreparedTransactions transactions = PreparedTransactions.of(plan, store);
    Optional<PreparedTransactions.Undecided> undecided = transactions.oldest();
    if (undecided.isEmpty()) {
      return new ClusterPlan(plan, Optional.of(transactions.commits()), Optional.empty());
    }
    if (!(asked.target() instanceof RestoreTarget.Latest)) {
      throw refused(undecided.get(), plan);
    }
    RestorePlan earlier =
        planner.plan(
            new PlanRequest(
                new RestoreTarget.At(undecided.get().prepared().previous()),
                asked.snapshotId(),
                asked.check(),
                asked.baseBefore(),
                asked.base()));
    return new ClusterPlan(
        earlier,
        Optional.of(PreparedTransactions.of(earlier, store).commits()),
        Optional.of(
            "A transaction was prepared on %s at %s and is not decided yet: 'latest' is the moment before it"
                .formatted(undecided.get().set(), undecided.get().prepared())));
  }

  /** The plan, which also says whether {@code latest} is an earlier moment than the newest. */
  RestorePlan told() {
    return plan.warning(earlier.stream().toList());
  }

  /**
   * The restores of all replica sets.
   *
   * @param store the archive
   * @param selection which collections, under which names
   * @param skip what is left out
   * @param options how they are carried out
   */
  List<PlannedRestore> restores(
      ObjectStore store, RestoreSelection selection, SkipRules skip, MergeOptions options) {
    return plan.sets().stream()
        .map(
            set ->
                new PlannedRestore(
                    plan,
                    set,
                    store,
                    selection,
                    skip,
                    options,
                    decisions.map(InCluster::of),
                    Optional.empty()))
        .toList();
  }

  private static TidemarkException refused(
      PreparedTransactions.Undecided undecided, RestorePlan plan) {
    return new TidemarkException(
        RestorerError.RESTORE_NOT_POSSIBLE,
        "Whether a transaction over several shards lies before "
            + plan.optime()
            + " is not known: it was prepared at "
            + undecided.prepared()
            + ", and no shard's archived oplog tells its end",
        undecided.set() + ", " + undecided.transaction().id(),
        "Restore to "
            + undecided.prepared().previous()
            + " or earlier, or send the request again with a new id once a minute more is archived");
  }
}
