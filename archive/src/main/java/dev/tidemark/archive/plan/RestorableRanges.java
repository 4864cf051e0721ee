package dev.tidemark.archive.plan;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.optime.Optime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the moments that snapshots and histories together can restore. */
public final class RestorableRanges {

  private RestorableRanges() {}

  /**
   * The ranges, oldest first, not touching each other. Moments that only a snapshot outside the
   * archive leads to are not among them: a restore cannot reach them by itself.
   *
   * @param histories of the replica sets; a set without segments may be missing
   */
  public static List<RestorableRange> find(
      Collection<SnapshotManifest> snapshots, Map<ReplicaSetRef, OplogHistory> histories) {
    List<RestorableRange> found = new ArrayList<>();
    for (SnapshotManifest snapshot : snapshots) {
      if (!snapshot.isExternal()) {
        reach(snapshot, histories).ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparing(RestorableRange::from).thenComparing(RestorableRange::to));
    List<RestorableRange> merged = new ArrayList<>();
    for (RestorableRange range : found) {
      RestorableRange previous = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (previous != null && !range.from().isAfter(previous.to())) {
        merged.set(merged.size() - 1, union(previous, range));
      } else {
        merged.add(range);
      }
    }
    return merged;
  }

  private static RestorableRange union(RestorableRange one, RestorableRange other) {
    List<String> snapshots = new ArrayList<>(one.snapshots());
    snapshots.addAll(other.snapshots());
    return new RestorableRange(
        one.from(), one.to().isBefore(other.to()) ? other.to() : one.to(), snapshots);
  }

  /** What one snapshot can be rolled forward to; empty if it is of no use. */
  public static Optional<RestorableRange> reach(
      SnapshotManifest snapshot, Map<ReplicaSetRef, OplogHistory> histories) {
    Optime from = Optime.ZERO;
    Optime to = Optime.MAX;
    for (SnapshotSetManifest set : snapshot.sets()) {
      Optional<Optime> end = reach(set, history(histories, set));
      if (end.isEmpty()) {
        return Optional.empty();
      }
      from = from.isBefore(set.end()) ? set.end() : from;
      to = end.get().isBefore(to) ? end.get() : to;
    }
    return to.isBefore(from)
        ? Optional.empty()
        : Optional.of(new RestorableRange(from, to, List.of(snapshot.snapshotId())));
  }

  static Optional<OplogHistory> history(
      Map<ReplicaSetRef, OplogHistory> histories, SnapshotSetManifest set) {
    return histories.entrySet().stream()
        .filter(entry -> entry.getKey().setId().equals(set.set().setId()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Optional<Optime> reach(SnapshotSetManifest set, Optional<OplogHistory> history) {
    return history
        .flatMap(h -> range(h, set, set.end()))
        .map(OplogRange::complete)
        .or(() -> set.oplog().map(oplog -> set.end()));
  }

  /** The range that brings a set of a snapshot to an optime. */
  static Optional<OplogRange> range(OplogHistory history, SnapshotSetManifest set, Optime to) {
    Optional<OplogRange> whole = history.covering(set.fetchStart(), to);
    if (whole.isPresent() || set.oplog().isEmpty()) {
      return whole;
    }
    // The snapshot brings the entries up to END itself.
    return history.covering(set.end().next(), to);
  }
}
