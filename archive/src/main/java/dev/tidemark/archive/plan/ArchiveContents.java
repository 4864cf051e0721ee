package dev.tidemark.archive.plan;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.SetIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.optime.Optime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What an archive holds of one cluster at a moment: snapshots, histories, and what follows from
 * them.
 *
 * @param keys of the cluster
 * @param snapshots those whose manifests can be read, oldest END first
 * @param indexes of the replica sets, as they were loaded
 * @param histories of the replica sets
 * @param defects everything that was found to be wrong on the way
 */
public record ArchiveContents(
    ObjectKeys keys,
    List<SnapshotManifest> snapshots,
    Map<ReplicaSetRef, SetIndex> indexes,
    Map<ReplicaSetRef, OplogHistory> histories,
    List<Defect> defects) {

  /** Reads an archive and what is behind it. */
  public static ArchiveContents load(ArchiveIndex index, TailSource tail) {
    List<Defect> defects = new ArrayList<>();
    List<SnapshotManifest> snapshots = new ArrayList<>();
    SnapshotCatalogue catalogue = new SnapshotCatalogue(index.store(), index.keys());
    for (SnapshotCatalogue.Listed listed : catalogue.list()) {
      listed.manifest().ifPresent(snapshots::add);
      listed
          .failure()
          .ifPresent(
              failure ->
                  defects.add(
                      new Defect(
                          DefectKind.MANIFEST_CORRUPT,
                          index.keys().manifest(listed.snapshotId()),
                          failure.reason())));
    }
    snapshots.sort(
        Comparator.comparing(ArchiveContents::end).thenComparing(SnapshotManifest::snapshotId));
    TreeSet<ReplicaSetRef> sets = new TreeSet<>(index.sets());
    snapshots.stream()
        .flatMap(snapshot -> snapshot.sets().stream())
        .map(SnapshotSetManifest::set)
        .filter(set -> sets.stream().noneMatch(s -> s.setId().equals(set.setId())))
        .forEach(sets::add);
    Map<ReplicaSetRef, SetIndex> indexes = new LinkedHashMap<>();
    Map<ReplicaSetRef, OplogHistory> histories = new LinkedHashMap<>();
    for (ReplicaSetRef set : sets) {
      SetIndex loaded = index.load(set);
      OplogHistory archived = HistoryBuilder.build(loaded);
      Optional<OplogTail> behind = tail.read(set, archived.newestSegment());
      OplogHistory history = behind.isEmpty() ? archived : HistoryBuilder.build(loaded, behind);
      indexes.put(set, loaded);
      histories.put(set, history);
      defects.addAll(history.defects());
    }
    return new ArchiveContents(index.keys(), snapshots, indexes, histories, defects);
  }

  static Optime end(SnapshotManifest snapshot) {
    return snapshot.sets().stream()
        .map(SnapshotSetManifest::end)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** The moments that can be restored, oldest first. */
  public List<RestorableRange> restorable() {
    return RestorableRanges.find(snapshots, histories);
  }
}
