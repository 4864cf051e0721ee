package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoreStep;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.utils.Time;

/**
 * Counts what a restore has done, estimates what is left, and ends it when it is cancelled.
 * Thread-safe.
 */
final class RestoreProgress implements MergeListener {

  private final JobControl<RestoreStatus> control;
  private final Time time;
  private final LongAdder entries = new LongAdder();
  private final LongAdder baseBytes = new LongAdder();
  private final LongAdder written = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();
  private final LongAdder stepDone = new LongAdder();
  private volatile RestoreStep step = RestoreStep.NONE;
  private volatile long stepTotal = -1;
  private volatile long stepBegan;

  RestoreProgress(JobControl<RestoreStatus> control, Time time) {
    this.control = control;
    this.time = time;
  }

  /**
   * Begins a step.
   *
   * @param total units of it; -1 if unknown
   */
  void begin(RestoreStep newStep, long total) {
    step = newStep;
    stepTotal = total;
    stepBegan = time.milliseconds();
    stepDone.reset();
    publish();
  }

  /** Units of the step were done. */
  void done(long units) {
    stepDone.add(units);
    checkNotCancelled();
  }

  @Override
  public void onEntries(long count) {
    entries.add(count);
    checkNotCancelled();
  }

  @Override
  public void onBaseBytes(long bytes) {
    baseBytes.add(bytes);
    checkNotCancelled();
  }

  @Override
  public void onWritten(long documents, long bytes) {
    written.add(documents);
    writtenBytes.add(bytes);
    done(documents);
  }

  void checkNotCancelled() {
    if (control.cancelled()) {
      throw new TidemarkException(
          RestorerError.REQUEST_CANCELLED,
          "The restore was cancelled",
          "",
          "What was written so far is on the target; drop it before the next restore, or bring the"
              + " base back if it was being rolled forward");
    }
  }

  /** Publishes how far it got. */
  void publish() {
    control.update(
        status ->
            RestoreStatus.newBuilder(status)
                .setStep(step)
                .setStepDone(stepDone.sum())
                .setStepTotal(stepTotal)
                .setEstimatedSecondsLeft(secondsLeft())
                .setDocuments(written.sum())
                .setBytes(writtenBytes.sum())
                .build());
  }

  private double secondsLeft() {
    long doneUnits = stepDone.sum();
    if (stepTotal <= 0 || doneUnits <= 0) {
      return -1;
    }
    double elapsed = (time.milliseconds() - stepBegan) / 1000.0;
    return Math.max(0, elapsed * (stepTotal - doneUnits) / doneUnits);
  }
}
