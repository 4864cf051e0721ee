package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.schemas.archive.SnapshotSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether a cluster's data changed abruptly from one snapshot to the next.
 *
 * @param backups what there is
 * @param maxChange the limit as a share of the older snapshot's size
 */
public record BackupSize(Backups backups, Limit maxChange) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    List<Assessment> found = new ArrayList<>();
    for (String cluster : backups.clusters()) {
      List<SnapshotSummary> newest = backups.newestWithSize(cluster);
      if (newest.size() == 2) {
        found.add(assess(cluster, newest.get(0), newest.get(1)));
      }
    }
    return found;
  }

  private Assessment assess(String cluster, SnapshotSummary newer, SnapshotSummary older) {
    long before = older.getDataBytes();
    long after = newer.getDataBytes();
    // From nothing to something counts as doubling.
    double change =
        before == after ? 0 : before == 0 ? 1 : Math.abs(after - before) / (double) before;
    return maxChange.atMost(
        AlertCode.BACKUP_SIZE_CHANGED,
        cluster,
        change,
        String.format(
            Locale.ROOT,
            "Snapshot %s of cluster %s has %,d bytes of data, %s before it had %,d (%.0f %%)",
            newer.getSnapshotId(),
            cluster,
            after,
            older.getSnapshotId(),
            before,
            change * 100));
  }
}
