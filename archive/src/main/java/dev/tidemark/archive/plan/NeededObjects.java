package dev.tidemark.archive.plan;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.IndexedSegment;
import dev.tidemark.archive.index.ParallelReads;
import dev.tidemark.archive.index.SetIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.verify.SegmentInspection;
import dev.tidemark.archive.verify.SnapshotInspection;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at the objects that a plan needs. */
final class NeededObjects {

  private final ArchiveIndex index;
  private final ArchiveContents contents;
  private final PlanCheck check;

  NeededObjects(ArchiveIndex index, ArchiveContents contents, PlanCheck check) {
    this.index = index;
    this.contents = contents;
    this.check = check;
  }

  /** What is wrong with a snapshot's objects. */
  List<Defect> damaged(SnapshotManifest snapshot) {
    SnapshotInspection inspection = new SnapshotInspection(index.store(), index.keys());
    List<Defect> found = new ArrayList<>(inspection.presence(snapshot));
    if (check == PlanCheck.CONTENT && found.isEmpty()) {
      found.addAll(inspection.content(snapshot));
    }
    return found;
  }

  /** What is wrong with the segments of a plan. */
  List<Defect> damagedSegments(List<SetPlan> sets) {
    if (check == PlanCheck.PRESENCE) {
      return List.of();
    }
    List<SegmentIndexEntry> needed = sets.stream().flatMap(set -> set.segments().stream()).toList();
    SegmentInspection inspection = new SegmentInspection(index.store());
    try (ParallelReads reads = new ParallelReads()) {
      return reads
          .map(
              needed,
              entry ->
                  check == PlanCheck.CONTENT ? inspection.content(entry) : inspection.header(entry))
          .stream()
          .flatMap(List::stream)
          .toList();
    }
  }

  /** What could be restored if some segments did not exist. */
  List<RestorableRange> restorableWithout(List<Defect> damaged) {
    Set<String> keys = new HashSet<>();
    damaged.forEach(defect -> keys.add(defect.where()));
    Map<ReplicaSetRef, OplogHistory> histories = new LinkedHashMap<>();
    contents
        .indexes()
        .forEach(
            (set, loaded) -> {
              List<IndexedSegment> sound =
                  loaded.segments().stream()
                      .filter(s -> !keys.contains(s.entry().getObjectKey()))
                      .toList();
              Optional<OplogTail> tail =
                  contents.histories().get(set).newest().flatMap(OplogRange::tail);
              histories.put(
                  set,
                  HistoryBuilder.build(
                      new SetIndex(
                          set,
                          sound,
                          loaded.rolledUp(),
                          loaded.removed(),
                          loaded.unclear(),
                          damaged),
                      tail));
            });
    return RestorableRanges.find(contents.snapshots(), histories);
  }
}
