package dev.tidemark.restorer.drill;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.JobWork;
import dev.tidemark.schemas.alert.DrillMode;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;

/**
 * Carries a request for a drill out, and publishes its result whether it succeeds or fails. A drill
 * whose worker died is held again from its beginning, after what the first attempt left is removed.
 */
public final class DrillWork implements JobWork<DrillRequest, DrillStatus> {

  private final RestorerConfig config;
  private final SchemaRegistry registry;
  private final Consumer<DrillResult> results;
  private final Time time;

  /**
   * @param results told of every drill's outcome
   */
  public DrillWork(
      RestorerConfig config, SchemaRegistry registry, Consumer<DrillResult> results, Time time) {
    this.config = config;
    this.registry = registry;
    this.results = results;
    this.time = time;
  }

  @Override
  public void run(DrillRequest request, boolean resumed, JobControl<DrillStatus> control)
      throws Exception {
    DrillSteps steps =
        new DrillSteps(
            step ->
                control.update(
                    status ->
                        DrillStatus.newBuilder(status)
                            .setState(JobState.RUNNING)
                            .setStep(step)
                            .build()),
            time);
    try {
      Restored restored = hold(request, resumed, steps, control);
      publish(succeeded(request, steps, restored), control);
    } catch (Exception e) {
      if (!(e instanceof TidemarkException known
          && known.code() == RestorerError.REQUEST_CANCELLED)) {
        publish(failed(request, steps, e), control);
      }
      throw e;
    }
  }

  private Restored hold(
      DrillRequest request, boolean resumed, DrillSteps steps, JobControl<DrillStatus> control)
      throws Exception {
    try (Drill drill = drill(request, control)) {
      if (resumed) {
        drill.cleanUp();
      }
      Restored restored;
      try {
        restored = drill.run(steps);
      } catch (Exception e) {
        cleanUpAfter(e, drill, steps);
        throw e;
      }
      steps.run(DrillStep.CLEAN_UP, drill::cleanUp);
      return restored;
    }
  }

  private static void cleanUpAfter(Exception failure, Drill drill, DrillSteps steps) {
    try {
      steps.run(DrillStep.CLEAN_UP, drill::cleanUp);
    } catch (Exception e) {
      // The failure that came first is the one to tell of.
      failure.addSuppressed(e);
    }
  }

  private Drill drill(DrillRequest request, JobControl<DrillStatus> control) {
    return request.getMode() == DrillMode.NEWEST_BACKUP
        ? new BackupDrill(request, config, registry, control::cancelled, time)
        : new SyntheticDrill(request, config, registry, control::cancelled, time);
  }

  private void publish(DrillResult result, JobControl<DrillStatus> control) {
    control.update(status -> DrillStatus.newBuilder(status).setResult(result).build());
    results.accept(result);
  }

  private DrillResult succeeded(DrillRequest request, DrillSteps steps, Restored restored) {
    return result(request, steps)
        .setSuccess(true)
        .setRtoMillis(restored.restore().getRtoMillis())
        .setRpoMillis(restored.rpoMillis())
        .setSnapshotId(restored.snapshotId())
        .setRestoredTo(restored.reached())
        .setDocuments(restored.documents())
        .build();
  }

  private DrillResult failed(DrillRequest request, DrillSteps steps, Exception e) {
    Failure failure =
        e instanceof TidemarkException known
            ? new Failure(known.code().name(), known.reason(), known.where(), known.remedy())
            : new Failure(
                RestorerError.INTERNAL_ERROR.name(),
                "The drill failed unexpectedly: " + e.getClass().getSimpleName(),
                request.getRequestId(),
                "See the worker's log for this request");
    return result(request, steps).setSuccess(false).setFailure(failure).build();
  }

  private DrillResult.Builder result(DrillRequest request, DrillSteps steps) {
    return DrillResult.newBuilder()
        .setDrillId(request.getRequestId())
        .setCluster(request.getCluster())
        .setTarget(request.getTarget())
        .setMode(request.getMode())
        .setTimestamp(Instant.ofEpochMilli(time.milliseconds()))
        .setStepMillis(steps.millis());
  }
}
