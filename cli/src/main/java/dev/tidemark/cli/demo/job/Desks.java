package dev.tidemark.cli.demo.job;

import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import dev.tidemark.schemas.topic.TopicNames;
import java.time.Clock;
import java.util.Map;

/** The desks for the requests there are. */
public final class Desks {

  private Desks() {}

  public static JobDesk<SnapshotRequest, SnapshotStatus> snapshots(
      Map<String, Object> clientSettings, SchemaRegistry registry, TopicNames topics, Clock clock) {
    return new JobDesk<>(
        clientSettings,
        registry,
        topics.snapshotRequests(),
        topics.snapshotStatus(),
        SnapshotStatus.class,
        Job::of,
        clock);
  }

  public static JobDesk<RestoreRequest, RestoreStatus> restores(
      Map<String, Object> clientSettings, SchemaRegistry registry, TopicNames topics, Clock clock) {
    return new JobDesk<>(
        clientSettings,
        registry,
        topics.restoreRequests(),
        topics.restoreStatus(),
        RestoreStatus.class,
        Job::of,
        clock);
  }

  public static JobDesk<DrillRequest, DrillStatus> drills(
      Map<String, Object> clientSettings, SchemaRegistry registry, TopicNames topics, Clock clock) {
    return new JobDesk<>(
        clientSettings,
        registry,
        topics.drillRequests(),
        topics.drillStatus(),
        DrillStatus.class,
        Job::of,
        clock);
  }
}
