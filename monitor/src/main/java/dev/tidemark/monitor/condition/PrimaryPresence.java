package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.failover.FailoverWatch;
import dev.tidemark.monitor.failover.PrimaryStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether each watched replica set has a primary.
 *
 * @param watches one for each cluster
 */
public record PrimaryPresence(List<FailoverWatch> watches) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    List<Assessment> found = new ArrayList<>();
    for (FailoverWatch watch : watches) {
      PrimaryStatus status = watch.status();
      if (status != null) {
        found.add(
            Limit.flag(AlertCode.PRIMARY_LOST, status.cluster(), status.lost(), status.message()));
        found.add(
            Limit.flag(
                AlertCode.ELECTION_TIMED_OUT,
                status.cluster(),
                status.overdue(),
                status.message()));
      }
    }
    return found;
  }
}
