package dev.tidemark.archive.plan;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.segment.NamespaceTally;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * What a restore will do, decided before anything is touched.
 *
 * @param keys of the cluster
 * @param target the moment as it was asked for
 * @param optime what it resolved to: everything up to here is applied, nothing after it
 * @param snapshot where the restore begins
 * @param sets one for each replica set of the snapshot
 * @param warnings what the operator should know
 */
public record RestorePlan(
    ObjectKeys keys,
    RestoreTarget target,
    Optime optime,
    SnapshotManifest snapshot,
    List<SetPlan> sets,
    List<String> warnings) {

  public RestorePlan {
    sets = List.copyOf(sets);
    warnings = List.copyOf(warnings);
  }

  /** The same with more that the operator should know. */
  public RestorePlan warning(List<String> more) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new RestorePlan(keys, target, optime, snapshot, sets, all);
  }

  /** Every object that the restore reads: what must not be deleted meanwhile. */
  public List<String> objectKeys() {
    List<String> needed = new ArrayList<>();
    needed.add(keys.manifest(snapshot.snapshotId()));
    snapshot.objects().stream().map(StoredObject::key).forEach(needed::add);
    for (SetPlan set : sets) {
      set.segments().stream().map(SegmentIndexEntry::getObjectKey).forEach(needed::add);
    }
    return needed;
  }

  /** Entries by namespace and kind; the segments at both ends are counted as a whole. */
  public NamespaceTally.Counts namespaces() {
    NamespaceTally tally = new NamespaceTally();
    for (SetPlan set : sets) {
      for (SegmentIndexEntry segment : set.segments()) {
        segment.getNamespaces().forEach(tally::add);
        if (segment.getOtherNamespaces() != null) {
          tally.add(segment.getOtherNamespaces());
        }
      }
    }
    return tally.counts();
  }
}
