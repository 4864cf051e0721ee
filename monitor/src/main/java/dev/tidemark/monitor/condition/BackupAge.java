package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.alert.Assessment.Verdict;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.schemas.archive.SnapshotSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether each cluster has a young snapshot.
 *
 * @param backups what there is
 * @param expected clusters that must have a snapshot, besides those that have had one
 * @param maxAge the limit in seconds
 */
public record BackupAge(Backups backups, Set<String> expected, Limit maxAge) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    Set<String> clusters = new TreeSet<>(expected);
    clusters.addAll(backups.clusters());
    return clusters.stream().map(cluster -> assess(cluster, now)).toList();
  }

  private Assessment assess(String cluster, Instant now) {
    return backups
        .newest(cluster)
        .map(snapshot -> assess(cluster, snapshot, now))
        .orElseGet(
            () ->
                new Assessment(
                    AlertCode.BACKUP_TOO_OLD,
                    cluster,
                    Verdict.BAD,
                    Double.NaN,
                    maxAge.threshold(),
                    "Cluster " + cluster + " has no snapshot"));
  }

  private Assessment assess(String cluster, SnapshotSummary newest, Instant now) {
    double age = Duration.between(newest.getCompletedAt(), now).toMillis() / 1000.0;
    return maxAge.atMost(
        AlertCode.BACKUP_TOO_OLD,
        cluster,
        age,
        "The newest snapshot of cluster %s, %s, is %s old; the limit is %s"
            .formatted(
                cluster, newest.getSnapshotId(), Limit.time(age), Limit.time(maxAge.threshold())));
  }
}
