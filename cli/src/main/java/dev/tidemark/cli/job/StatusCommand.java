package dev.tidemark.cli.job;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what became of requests. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show what became of requests for snapshots and restores.")
public final class StatusCommand implements Callable<Integer> {

  @Mixin private KafkaOptions kafka;
  @Mixin private OutputOptions output;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "The request's id; all requests if it is left out.")
  private String id;

  @Override
  public Integer call() {
    Console console = output.console();
    List<Map<String, Object>> snapshots = new ArrayList<>();
    List<Map<String, Object>> restores = new ArrayList<>();
    try (RequestDesk desk = new RequestDesk(kafka);
        StatusReader<SnapshotStatus> snapshotReader = desk.snapshots();
        StatusReader<RestoreStatus> restoreReader = desk.restores()) {
      for (Map.Entry<String, SnapshotStatus> entry : snapshotReader.readToEnd().entrySet()) {
        if (wanted(entry.getKey())) {
          StatusLines.tell(console, entry.getValue());
          snapshots.add(StatusLines.data(entry.getValue()));
        }
      }
      for (Map.Entry<String, RestoreStatus> entry : restoreReader.readToEnd().entrySet()) {
        if (wanted(entry.getKey())) {
          StatusLines.tell(console, entry.getValue());
          restores.add(StatusLines.data(entry.getValue()));
        }
      }
    }
    boolean none = snapshots.isEmpty() && restores.isEmpty();
    if (none) {
      console.say(
          id == null ? "There are no requests." : "Nothing is known of request " + id + ".");
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("snapshots", snapshots);
    result.put("restores", restores);
    console.result(result);
    return none && id != null ? ExitCodes.NEGATIVE : ExitCodes.OK;
  }

  private boolean wanted(String key) {
    return id == null || id.equals(key);
  }
}
