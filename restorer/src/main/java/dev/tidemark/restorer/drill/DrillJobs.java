package dev.tidemark.restorer.drill;

import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.request.RequestClient;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;

/**
 * Has a drill's snapshot and restore carried out the way everybody's are: asked for on Kafka, taken
 * by whichever worker is free.
 */
final class DrillJobs implements AutoCloseable {

  private final RequestClient<SnapshotRequest, SnapshotStatus> snapshots;
  private final RequestClient<RestoreRequest, RestoreStatus> restores;
  private final Duration patience;
  private final BooleanSupplier cancelled;

  DrillJobs(RestorerConfig config, SchemaRegistry registry, BooleanSupplier cancelled, Time time) {
    this.patience = config.drillRequestTimeout();
    this.cancelled = cancelled;
    this.snapshots =
        new RequestClient<>(
            SnapshotStatus.class,
            config.topics().snapshotRequests(),
            config.topics().snapshotStatus(),
            SnapshotRequest::getCluster,
            config.kafkaClients(),
            registry,
            time);
    this.restores =
        new RequestClient<>(
            RestoreStatus.class,
            config.topics().restoreRequests(),
            config.topics().restoreStatus(),
            RestoreRequest::getTarget,
            config.kafkaClients(),
            registry,
            time);
  }

  SnapshotStatus snapshot(SnapshotRequest request) {
    return snapshots.carryOut(request.getRequestId(), request, patience, cancelled);
  }

  RestoreStatus restore(RestoreRequest request) {
    return restores.carryOut(request.getRequestId(), request, patience, cancelled);
  }

  @Override
  public void close() {
    snapshots.close();
    restores.close();
  }
}
