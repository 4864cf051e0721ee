package dev.tidemark.restorer.restore;

import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.restorer.merge.ReplayTarget;
import java.util.List;

/**
 * A plan with what it reads at hand.
 *
 * @param plan what is read and up to where
 * @param set the one replica set of it
 * @param store the archive
 * @param selection which collections, under which names
 * @param options how it is carried out
 */
record PlannedRestore(
    RestorePlan plan,
    SetPlan set,
    ObjectStore store,
    RestoreSelection selection,
    MergeOptions options) {

  Optime optime() {
    return plan.optime();
  }

  /** Documents in the snapshot; about as many will be written. */
  long snapshotDocuments() {
    return set.snapshot().digest().count();
  }

  /** The snapshot's collections and views, as they will be called; later ones are not known yet. */
  List<String> namespaces() {
    return set.snapshot().collections().stream()
        .flatMap(collection -> selection.restoredAs(collection.namespace()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** The merge restore of it, to be run into a sink once. */
  MergeRestore merge(MergeListener listener) {
    return mergeAs(selection, listener);
  }

  /** The same with other names. */
  MergeRestore mergeAs(NamespaceSelection names, MergeListener listener) {
    Base base = new SnapshotBase(store, plan.snapshot().snapshotId(), set.snapshot());
    OplogSource oplog = PlannedOplog.of(store, set, optime());
    return new MergeRestore(
        base, oplog, ReplayTarget.ofReplicaSet(optime()), names, options, listener);
  }
}
