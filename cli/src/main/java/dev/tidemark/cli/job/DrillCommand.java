package dev.tidemark.cli.job;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.console.Progress;
import dev.tidemark.cli.demo.EmbeddedDrill;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.alert.DrillMode;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.status.DrillStatus;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks for a disaster recovery drill and follows it. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    description = "Prove that backups can be restored, by losing and restoring data.",
    footer = {
      "",
      "A drill writes data into a database of its own, has a snapshot taken, changes the data, drops"
          + " it, restores it into the target and compares. With --backup it writes nothing: it"
          + " restores the whole cluster to its newest moment and verifies that. What it restored is"
          + " removed in the end.",
    })
public final class DrillCommand implements Callable<Integer> {

  @Mixin private KafkaOptions kafka;
  @Mixin private OutputOptions output;

  @Option(
      names = "--embedded",
      description = "Hold the drill on servers started for it on this machine.")
  private boolean embedded;

  @Option(
      names = "--cluster",
      paramLabel = "ALIAS",
      description = "The cluster whose recovery is tried.")
  private String cluster;

  @Option(
      names = "--target",
      paramLabel = "ALIAS",
      description = "A scratch target; the worker's configuration says what it is.")
  private String target;

  @Option(
      names = "--backup",
      description = "Restore the real newest backup instead of data of the drill's own.")
  private boolean backup;

  @Option(names = "--id", paramLabel = "ID", description = "The request's id.")
  private String id;

  @Option(names = "--no-wait", description = "Return once the request is posted.")
  private boolean noWait;

  @Override
  public Integer call() {
    Console console = output.console();
    String drillId = id == null ? RequestIds.make("drill", Instant.now(), new SecureRandom()) : id;
    if (embedded) {
      require(cluster == null && target == null && !backup, "--embedded brings its own servers");
      return tell(console, new EmbeddedDrill(console, Clock.systemUTC()).hold(drillId));
    }
    require(cluster != null && target != null, "a drill needs a cluster and a target");
    return request(console, drillId);
  }

  private static void require(boolean given, String problem) {
    if (!given) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          problem,
          "--embedded, --cluster, --target",
          "Give --cluster and --target, or --embedded alone");
    }
  }

  private int request(Console console, String drillId) {
    try (RequestDesk desk = new RequestDesk(kafka)) {
      desk.post(
          DrillRequest.newBuilder()
              .setRequestId(drillId)
              .setCluster(cluster)
              .setTarget(target)
              .setMode(backup ? DrillMode.NEWEST_BACKUP : DrillMode.SYNTHETIC_DATA)
              .setRequestedAt(Instant.now())
              .build());
      console.say("Request %s is posted.", drillId);
      if (noWait) {
        console.result(Map.of("requestId", drillId));
        return ExitCodes.OK;
      }
      DrillStatus last = follow(desk, drillId, console);
      if (last.getResult() != null) {
        return tell(console, last.getResult());
      }
      StatusLines.tell(console, last);
      console.result(StatusLines.data(last));
      return ExitCodes.NEGATIVE;
    }
  }

  private static DrillStatus follow(RequestDesk desk, String requestId, Console console) {
    try (StatusReader<DrillStatus> statuses = desk.drills();
        Progress progress = console.progress("drill", -1)) {
      while (true) {
        DrillStatus status = statuses.poll().get(requestId);
        if (status != null) {
          progress.update(0, status.getStep());
          if (StatusLines.isOver(status.getState())) {
            return status;
          }
        }
      }
    }
  }

  private static int tell(Console console, DrillResult result) {
    StatusLines.tell(console, result);
    console.result(StatusLines.data(result));
    return result.getSuccess() ? ExitCodes.OK : ExitCodes.NEGATIVE;
  }
}
