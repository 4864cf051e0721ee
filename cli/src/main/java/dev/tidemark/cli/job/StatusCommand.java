package dev.tidemark.cli.job;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what became of requests. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show what became of requests for snapshots, restores and drills.")
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
    Map<String, Object> result = new LinkedHashMap<>();
    boolean none;
    try (RequestDesk desk = new RequestDesk(kafka);
        StatusReader<SnapshotStatus> snapshots = desk.snapshots();
        StatusReader<RestoreStatus> restores = desk.restores();
        StatusReader<DrillStatus> drills = desk.drills()) {
      none =
          !tell("snapshots", snapshots, status -> StatusLines.tell(console, status), result)
              & !tell("restores", restores, status -> StatusLines.tell(console, status), result)
              & !tell("drills", drills, status -> StatusLines.tell(console, status), result);
    }
    if (none) {
      console.say(
          id == null ? "There are no requests." : "Nothing is known of request " + id + ".");
    }
    console.result(result);
    return none && id != null ? ExitCodes.NEGATIVE : ExitCodes.OK;
  }

  /** Tells the wanted statuses of one kind; false if there are none. */
  private <S extends SpecificRecord> boolean tell(
      String kind, StatusReader<S> reader, Consumer<S> line, Map<String, Object> result) {
    List<Map<String, Object>> told = new ArrayList<>();
    for (Map.Entry<String, S> entry : reader.readToEnd().entrySet()) {
      if (wanted(entry.getKey())) {
        line.accept(entry.getValue());
        told.add(StatusLines.data(entry.getValue()));
      }
    }
    result.put(kind, told);
    return !told.isEmpty();
  }

  private boolean wanted(String key) {
    return id == null || id.equals(key);
  }
}
