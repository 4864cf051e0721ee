package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.FinishedJobs;
import dev.tidemark.monitor.observation.FinishedJobs.Job;
import java.time.Instant;
import java.util.List;

/**
 * Whether the newest request of each subject ended with warnings: it did what was asked, but
 * something beside it failed.
 *
 * @param code what to alert with
 * @param jobs what is known
 */
public record WarnedJobs(AlertCode code, FinishedJobs jobs) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    return jobs.newest().stream().map(this::assess).toList();
  }

  private Assessment assess(Job job) {
    boolean warned = !job.warnings().isEmpty();
    return new Assessment(
        code,
        job.subject(),
        warned ? Assessment.Verdict.BAD : Assessment.Verdict.GOOD,
        job.warnings().size(),
        Double.NaN,
        "Request "
            + job.requestId()
            + " for "
            + job.subject()
            + (warned
                ? " ended with warnings: " + String.join("; ", job.warnings())
                : " ended without warnings"));
  }
}
