package dev.tidemark.monitor.observation;

import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.archive.SnapshotSummary;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The snapshots that exist. Not thread-safe. */
public final class Backups {

  private final Map<String, SnapshotSummary> snapshots = new TreeMap<>();

  public void add(SnapshotSummary snapshot) {
    snapshots.put(snapshot.getSnapshotId(), snapshot);
  }

  public void remove(String snapshotId) {
    snapshots.remove(snapshotId);
  }

  /** The clusters that have a snapshot. */
  public Set<String> clusters() {
    Set<String> clusters = new TreeSet<>();
    snapshots.values().forEach(snapshot -> clusters.add(snapshot.getCluster()));
    return clusters;
  }

  public Collection<SnapshotSummary> all() {
    return List.copyOf(snapshots.values());
  }

  /** The snapshot of a cluster that was completed last. */
  public Optional<SnapshotSummary> newest(String cluster) {
    return newestFirst(cluster).stream().findFirst();
  }

  /**
   * The two newest snapshots of a cluster whose size is known, the newest first; fewer if there are
   * not two. The size of a base that was only registered is not known.
   */
  public List<SnapshotSummary> newestWithSize(String cluster) {
    return newestFirst(cluster).stream()
        .filter(snapshot -> snapshot.getKind() != SnapshotKind.REGISTERED)
        .limit(2)
        .toList();
  }

  private List<SnapshotSummary> newestFirst(String cluster) {
    return snapshots.values().stream()
        .filter(snapshot -> snapshot.getCluster().equals(cluster))
        .sorted(Comparator.comparing(SnapshotSummary::getCompletedAt).reversed())
        .toList();
  }
}
