package dev.tidemark.monitor.observation;

import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the newest finished request of each kind went: of snapshots by cluster, of restores by
 * target. Not thread-safe.
 */
public final class FinishedJobs {

  private final Map<String, Job> newest = new TreeMap<>();

  /**
   * A request that has come to its end.
   *
   * @param subject the cluster or the target
   * @param requestId the request
   * @param at when it ended
   * @param failure why it failed; null if it did not
   * @param warnings what the operator should know all the same
   */
  public record Job(
      String subject, String requestId, Instant at, Failure failure, List<String> warnings) {

    public Job {
      warnings = List.copyOf(warnings);
    }

    public boolean failed() {
      return failure != null;
    }
  }

  /** Takes note of a status; one that is not final changes nothing. */
  public void add(
      String subject,
      String requestId,
      JobState state,
      Instant updatedAt,
      Failure failure,
      List<String> warnings) {
    if (state != JobState.SUCCEEDED && state != JobState.FAILED) {
      return;
    }
    Failure reason = state == JobState.SUCCEEDED ? null : known(failure);
    newest.merge(
        subject,
        new Job(subject, requestId, updatedAt, reason, warnings),
        (before, now) -> now.at.isBefore(before.at) ? before : now);
  }

  private static Failure known(Failure failure) {
    return failure != null
        ? failure
        : Failure.newBuilder().setCode("UNKNOWN").setReason("no reason was given").build();
  }

  /** The newest finished request of each subject. */
  public List<Job> newest() {
    return List.copyOf(newest.values());
  }
}
