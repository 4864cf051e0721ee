package dev.tidemark.cli.demo.job;

import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;

/**
 * What the kinds of status have in common.
 *
 * @param state where the job is
 * @param step what it does now
 * @param done units of the step done
 * @param total units in all; -1 if unknown
 * @param failure why it failed, or null
 */
public record Job(JobState state, String step, long done, long total, Failure failure) {

  static Job of(RestoreStatus status) {
    return new Job(
        status.getState(),
        status.getStep().name(),
        status.getStepDone(),
        status.getStepTotal(),
        status.getFailure());
  }

  static Job of(SnapshotStatus status) {
    return new Job(
        status.getState(),
        status.getStep(),
        status.getDocumentsDone(),
        status.getDocumentsTotal(),
        status.getFailure());
  }

  static Job of(DrillStatus status) {
    return new Job(
        status.getState(),
        status.getStep(),
        status.getStep().isEmpty() ? 0 : 1,
        -1,
        status.getFailure());
  }

  boolean isOver() {
    return state == JobState.SUCCEEDED || state == JobState.FAILED || state == JobState.CANCELLED;
  }
}
