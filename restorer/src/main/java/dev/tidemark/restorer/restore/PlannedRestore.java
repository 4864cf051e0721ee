package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.account.AccountKind;
import dev.tidemark.restorer.account.Accounts;
import dev.tidemark.restorer.account.AccountsSink;
import dev.tidemark.restorer.account.StoredAccounts;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.restorer.merge.ReplayTarget;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.rollforward.ListedBase;
import dev.tidemark.restorer.undo.SkipRules;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A plan with what it reads at hand.
 *
 * @param plan what is read and up to where
 * @param set the replica set of it that this is about
 * @param store the archive
 * @param selection which collections, under which names
 * @param skip what is left out
 * @param options how it is carried out
 * @param cluster what is known of the cluster's other replica sets; empty if this one stands alone
 * @param held what lies on the target already and is rolled forward; empty for a snapshot
 */
record PlannedRestore(
    RestorePlan plan,
    SetPlan set,
    ObjectStore store,
    RestoreSelection selection,
    SkipRules skip,
    MergeOptions options,
    Optional<InCluster> cluster,
    Optional<ListedBase> held) {

  /** The restore of a replica set that stands alone. */
  PlannedRestore(
      RestorePlan plan,
      SetPlan set,
      ObjectStore store,
      RestoreSelection selection,
      SkipRules skip,
      MergeOptions options) {
    this(plan, set, store, selection, skip, options, Optional.empty(), Optional.empty());
  }

  Optime optime() {
    return plan.optime();
  }

  /** The name of the replica set. */
  String setName() {
    return set.snapshot().set().name();
  }

  /** The same, leaving something else out. */
  PlannedRestore leavingOut(SkipRules rules) {
    return new PlannedRestore(plan, set, store, selection, rules, options, cluster, held);
  }

  /** The same, with what the other replica sets of the cluster come to. */
  PlannedRestore beside(RestoreSelection names, InCluster others) {
    return new PlannedRestore(plan, set, store, names, skip, options, Optional.of(others), held);
  }

  /** The same from what lies on the target already. */
  PlannedRestore holding(HeldBases bases) {
    return new PlannedRestore(
        plan,
        set,
        store,
        selection,
        skip,
        options,
        cluster,
        Optional.of(bases.bySet().get(setName())));
  }

  /** Documents in the snapshot; about as many will be written. */
  long snapshotDocuments() {
    return set.snapshot().digest().count();
  }

  /** Bytes of the documents in the snapshot that are selected by the names that they have there. */
  long baseBytes() {
    return set.snapshot().collections().stream()
        .filter(collection -> selection.restoredAs(collection.namespace()).isPresent())
        .mapToLong(collection -> collection.digest().bytes())
        .sum();
  }

  /** The snapshot's collections and views, as they will be called; later ones are not known yet. */
  List<String> namespaces() {
    return set.snapshot().collections().stream()
        .filter(collection -> AccountKind.in(collection.namespace()).isEmpty())
        .flatMap(collection -> selection.restoredAs(collection.namespace()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** What the restore starts from. */
  Base base() {
    return held.isPresent()
        ? held.get()
        : new SnapshotBase(store, plan.snapshot().snapshotId(), set.snapshot());
  }

  /** What the names of the request mean for everything that is selected. */
  SelectedNames names() {
    return new SelectedNames(selection, cluster);
  }

  /** The selected users and roles of the snapshot; entries after it may have changed them. */
  Accounts accountsOfSnapshot() throws IOException {
    return StoredAccounts.in(base(), selection.accounts());
  }

  /** Users and roles go into the dump, everything else into the sink, which writes it too. */
  AccountsSink dumping(RestoreSink sink, DumpWriter dump) {
    return new AccountsSink(
        sink, selection.accounts(), kept -> StoredAccounts.write(kept, base(), dump));
  }

  /** What was selected, on its way into a sink. */
  SelectedSink selected(RestoreSink sink) {
    return new SelectedSink(sink, names());
  }

  /** The merge restore of it, to be run into a sink once. */
  MergeRestore merge(MergeListener listener) {
    return mergeAs(selection, listener);
  }

  /** The same with other names. */
  MergeRestore mergeAs(NamespaceSelection names, MergeListener listener) {
    return new MergeRestore(base(), oplog(), target(), names, options, listener, skip);
  }

  /** The entries that are applied, and in a cluster those that decide transactions. */
  OplogSource oplog() {
    return cluster.isEmpty()
        ? PlannedOplog.of(store, set, optime())
        : PlannedOplog.ofShard(store, set, optime());
  }

  /** Up to where they are applied. */
  ReplayTarget target() {
    return cluster
        .map(others -> ReplayTarget.ofShard(optime(), others.decisions()))
        .orElseGet(() -> ReplayTarget.ofReplicaSet(optime()));
  }
}
