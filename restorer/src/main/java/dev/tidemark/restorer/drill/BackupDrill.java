package dev.tidemark.restorer.drill;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.RestoreStatus;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;

/**
 * Restores the whole cluster to its newest moment into the target, which must hold none of it, and
 * verifies it. Writes nothing into the cluster. Used by one thread.
 */
final class BackupDrill implements Drill {

  private final DrillRequest request;
  private final DrillNames names;
  private final Scratch scratch;
  private final DrillJobs jobs;
  private Optional<RestoreStatus> written = Optional.empty();

  BackupDrill(
      DrillRequest request,
      RestorerConfig config,
      SchemaRegistry registry,
      BooleanSupplier cancelled,
      Time time) {
    this.request = request;
    this.names = new DrillNames(request.getRequestId(), time.milliseconds());
    this.scratch = new Scratch(config.aliases().target(request.getTarget()));
    this.jobs = new DrillJobs(config, registry, cancelled, time);
  }

  @Override
  public Restored run(DrillSteps steps) throws Exception {
    RestoreStatus restore =
        steps.take(
            DrillStep.RESTORE,
            () ->
                jobs.restore(
                    RestoreRequest.newBuilder()
                        .setRequestId(names.restoreRequest())
                        .setCluster(request.getCluster())
                        .setTarget(request.getTarget())
                        .setTo("latest")
                        .build()));
    written = Optional.of(restore);
    steps.run(DrillStep.VERIFY, () -> verify(restore));
    return new Restored(restore, restore.getRpoMillis());
  }

  private void verify(RestoreStatus restore) {
    if (!restore.getVerified()) {
      throw new TidemarkException(
          RestorerError.DRILL_STATE_DIFFERS,
          "The restore did not verify what it wrote",
          request.getTarget() + ", restore " + names.restoreRequest(),
          "See the warnings of the restore's status");
    }
  }

  @Override
  public void cleanUp() {
    written.ifPresent(scratch::drop);
    scratch.removeFiles(names.restoreRequest());
  }

  @Override
  public void close() {
    jobs.close();
  }
}
