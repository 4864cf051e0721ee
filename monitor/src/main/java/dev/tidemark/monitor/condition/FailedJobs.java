package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.FinishedJobs;
import dev.tidemark.monitor.observation.FinishedJobs.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Whether the newest request of each subject failed. A failure that nobody repeated is forgotten
 * after a while.
 *
 * @param code what to alert with
 * @param jobs what is known
 * @param memory how long a failure counts
 */
public record FailedJobs(AlertCode code, FinishedJobs jobs, Duration memory) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    return jobs.newest().stream().map(job -> assess(job, now)).toList();
  }

  private Assessment assess(Job job, Instant now) {
    boolean counts = job.failed() && now.isBefore(job.at().plus(memory));
    return Limit.flag(
        code,
        job.subject(),
        counts,
        job.failed()
            ? "Request %s for %s failed with %s: %s"
                .formatted(
                    job.requestId(),
                    job.subject(),
                    job.failure().getCode(),
                    job.failure().getReason())
            : "Request " + job.requestId() + " for " + job.subject() + " succeeded");
  }
}
