package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.RestoreTests;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.status.Failure;
import java.time.Instant;
import java.util.List;

/**
 * Whether each cluster's newest drill succeeded.
 *
 * @param tests the drills
 */
public record DrillOutcome(RestoreTests tests) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    return tests.lastDrills().values().stream().map(DrillOutcome::assess).toList();
  }

  private static Assessment assess(DrillResult drill) {
    Failure failure = drill.getFailure();
    String outcome =
        drill.getSuccess()
            ? " succeeded"
            : failure == null
                ? " failed"
                : " failed with " + failure.getCode() + ": " + failure.getReason();
    return Limit.flag(
        AlertCode.DRILL_FAILED,
        drill.getCluster(),
        !drill.getSuccess(),
        "Drill " + drill.getDrillId() + " of cluster " + drill.getCluster() + outcome);
  }
}
