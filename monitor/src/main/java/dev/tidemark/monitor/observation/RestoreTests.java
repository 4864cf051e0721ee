package dev.tidemark.monitor.observation;

import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What proved that backups can be restored: drills that succeeded, and restores that were verified.
 * Not thread-safe.
 */
public final class RestoreTests {

  private final Map<String, Instant> lastProof = new TreeMap<>();
  private final Map<String, DrillResult> lastDrill = new TreeMap<>();

  public void add(DrillResult drill) {
    lastDrill.merge(
        drill.getCluster(),
        drill,
        (before, now) -> now.getTimestamp().isBefore(before.getTimestamp()) ? before : now);
    if (drill.getSuccess()) {
      prove(drill.getCluster(), drill.getTimestamp());
    }
  }

  public void add(RestoreStatus status) {
    if (status.getState() == JobState.SUCCEEDED && status.getVerified()) {
      prove(status.getCluster(), status.getUpdatedAt());
    }
  }

  private void prove(String cluster, Instant at) {
    lastProof.merge(cluster, at, (before, now) -> now.isBefore(before) ? before : now);
  }

  /** When a restore of a cluster was last verified. */
  public Optional<Instant> lastProof(String cluster) {
    return Optional.ofNullable(lastProof.get(cluster));
  }

  /** The newest drill of each cluster that had one. */
  public Map<String, DrillResult> lastDrills() {
    return Map.copyOf(lastDrill);
  }
}
