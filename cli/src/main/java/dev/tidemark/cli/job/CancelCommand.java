package dev.tidemark.cli.job;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Asks for the end of a request. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = "End a snapshot, a restore or a drill that is not over yet.")
public final class CancelCommand implements Callable<Integer> {

  @Mixin private KafkaOptions kafka;
  @Mixin private OutputOptions output;

  @Parameters(arity = "1", paramLabel = "ID", description = "The request's id.")
  private String id;

  @Override
  public Integer call() {
    Console console = output.console();
    try (RequestDesk desk = new RequestDesk(kafka);
        StatusReader<SnapshotStatus> snapshots = desk.snapshots();
        StatusReader<RestoreStatus> restores = desk.restores();
        StatusReader<DrillStatus> drills = desk.drills()) {
      SnapshotStatus snapshot = snapshots.readToEnd().get(id);
      RestoreStatus restore = restores.readToEnd().get(id);
      DrillStatus drill = drills.readToEnd().get(id);
      if (drill != null) {
        return end(console, drill.getState(), () -> desk.post(cancel(drill)));
      }
      if (restore != null) {
        return end(console, restore.getState(), () -> desk.post(cancel(restore)));
      }
      if (snapshot != null) {
        return end(console, snapshot.getState(), () -> desk.post(cancel(snapshot)));
      }
    }
    console.say("Nothing is known of request " + id + ".");
    console.result(Map.of("requestId", id, "cancelled", false));
    return ExitCodes.NEGATIVE;
  }

  private int end(Console console, JobState state, Runnable post) {
    if (StatusLines.isOver(state)) {
      console.say("Request %s is over already: %s.", id, state);
      console.result(Map.of("requestId", id, "cancelled", false, "state", state.name()));
      return ExitCodes.NEGATIVE;
    }
    post.run();
    console.say("Request %s is asked to end.", id);
    console.result(Map.of("requestId", id, "cancelled", true, "state", state.name()));
    return ExitCodes.OK;
  }

  private DrillRequest cancel(DrillStatus status) {
    return DrillRequest.newBuilder()
        .setRequestId(id)
        .setCluster(status.getCluster())
        .setTarget(status.getTarget())
        .setCancel(true)
        .build();
  }

  private RestoreRequest cancel(RestoreStatus status) {
    return RestoreRequest.newBuilder()
        .setRequestId(id)
        .setCluster(status.getCluster())
        .setTarget(status.getTarget())
        .setTo(status.getRequestedTo())
        .setCancel(true)
        .build();
  }

  private SnapshotRequest cancel(SnapshotStatus status) {
    return SnapshotRequest.newBuilder()
        .setRequestId(id)
        .setCluster(status.getCluster())
        .setCancel(true)
        .build();
  }
}
