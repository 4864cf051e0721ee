package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.alert.Assessment.Verdict;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.observation.SetProgress;
import dev.tidemark.schemas.archive.SnapshotSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether each replica set's oplog is captured without delay.
 *
 * @param progress what was captured
 * @param backups tells sets of which nothing was captured at all
 * @param maxLag the limit in seconds
 * @param maxSilence how old the last complete reading of the topics may be; beyond it nothing can
 *     be said about lag
 */
public record OplogLag(OplogProgress progress, Backups backups, Limit maxLag, Duration maxSilence)
    implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    Optional<Instant> readAt = progress.readAt();
    if (readAt.isEmpty() || readAt.get().plus(maxSilence).isBefore(now)) {
      return List.of();
    }
    List<Assessment> found = new ArrayList<>();
    for (SetProgress set : progress.sets()) {
      set.capturedUntil().ifPresent(until -> found.add(assess(set, until, readAt.get())));
    }
    for (String cluster : backups.clusters()) {
      backups
          .newest(cluster)
          .ifPresent(
              snapshot ->
                  snapshot.getSets().stream()
                      .filter(set -> progress.find(set.getSetId()).isEmpty())
                      .map(set -> missing(cluster, set))
                      .forEach(found::add));
    }
    return found;
  }

  // Measured at the moment of reading: what came since is not known.
  private Assessment assess(SetProgress set, Instant until, Instant readAt) {
    double lag = Math.max(0, Duration.between(until, readAt).toMillis() / 1000.0);
    return maxLag.atMost(
        AlertCode.OPLOG_LAG,
        set.set().toString(),
        lag,
        "The oplog of replica set %s is captured up to %s, %s ago (newest entry %s)"
            .formatted(set.set(), until, Limit.time(lag), set.newestEntry()));
  }

  private Assessment missing(String cluster, SnapshotSet set) {
    return new Assessment(
        AlertCode.OPLOG_LAG,
        set.getName() + "-" + set.getSetId(),
        Verdict.BAD,
        Double.NaN,
        maxLag.threshold(),
        "Nothing of the oplog of replica set %s of cluster %s was captured"
            .formatted(set.getName(), cluster));
  }
}
