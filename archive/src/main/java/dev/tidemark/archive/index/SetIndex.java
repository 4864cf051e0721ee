package dev.tidemark.archive.index;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import java.util.List;
import java.util.Set;

/**
 * The segments of one replica set.
 *
 * @param set whose
 * @param segments those that are there and not known to be damaged, by first optime; what
 *     compaction replaced and will delete is left out
 * @param rolledUp hours that have a roll-up
 * @param removed what retention took out of the chain
 * @param unclear hours of which it is not known what was taken out
 * @param defects what was found to be wrong on the way
 */
public record SetIndex(
    ReplicaSetRef set,
    List<IndexedSegment> segments,
    Set<OptimeHour> rolledUp,
    RemovedSpans removed,
    UnclearHours unclear,
    List<Defect> defects) {

  public SetIndex {
    segments = List.copyOf(segments);
    rolledUp = Set.copyOf(rolledUp);
    defects = List.copyOf(defects);
  }
}
