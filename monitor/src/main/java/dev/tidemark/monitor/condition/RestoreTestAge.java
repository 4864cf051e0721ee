package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.alert.Assessment.Verdict;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.monitor.observation.RestoreTests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Whether each cluster that has a backup was restored lately.
 *
 * @param backups tells the clusters
 * @param tests what was proved
 * @param maxAge the limit in seconds
 */
public record RestoreTestAge(Backups backups, RestoreTests tests, Limit maxAge)
    implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    return backups.clusters().stream().map(cluster -> assess(cluster, now)).toList();
  }

  private Assessment assess(String cluster, Instant now) {
    return tests
        .lastProof(cluster)
        .map(at -> assess(cluster, at, now))
        .orElseGet(
            () ->
                new Assessment(
                    AlertCode.RESTORE_TEST_TOO_OLD,
                    cluster,
                    Verdict.BAD,
                    Double.NaN,
                    maxAge.threshold(),
                    "No verified restore of cluster " + cluster + " is known"));
  }

  private Assessment assess(String cluster, Instant at, Instant now) {
    double age = Duration.between(at, now).toMillis() / 1000.0;
    return maxAge.atMost(
        AlertCode.RESTORE_TEST_TOO_OLD,
        cluster,
        age,
        "A restore of cluster %s was last verified %s ago; the limit is %s"
            .formatted(cluster, Limit.time(age), Limit.time(maxAge.threshold())));
  }
}
