package dev.tidemark.cli.job;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.console.Progress;
import dev.tidemark.schemas.request.RestoreMode;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.VerifyLevel;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoreStep;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks for a restore and follows it. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = "Ask for a restore and follow it to its end.")
public final class RestoreCommand implements Callable<Integer> {

  @Mixin private KafkaOptions kafka;
  @Mixin private OutputOptions output;

  @Option(
      names = "--cluster",
      required = true,
      paramLabel = "ALIAS",
      description = "The cluster whose archive is restored.")
  private String cluster;

  @Option(
      names = "--target",
      required = true,
      paramLabel = "ALIAS",
      description = "The target; the worker's configuration says what it is.")
  private String target;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "MOMENT",
      description =
          "An optime such as 1705654321:7 (inclusive), 'before 1705654321:7', an ISO-8601 instant,"
              + " or 'latest'.")
  private String to;

  @Option(
      names = "--snapshot",
      paramLabel = "ID",
      description = "The snapshot to start from; the newest usable one otherwise.")
  private String snapshotId;

  @Option(
      names = "--include",
      split = ",",
      paramLabel = "NS",
      description = "Only these databases and namespaces, by their names at that moment.")
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      split = ",",
      paramLabel = "NS",
      description = "Not these databases and namespaces.")
  private List<String> exclude = List.of();

  @Option(
      names = "--rename",
      split = ",",
      paramLabel = "FROM=TO",
      description = "Restore a namespace, or a whole database, under another name.")
  private Map<String, String> rename = Map.of();

  @Option(
      names = "--skip",
      split = ",",
      paramLabel = "WHAT",
      description = {
        "Leave out, as if it had never happened, what takes effect at an optime (1705654321:7; of a"
            + " transaction that of the entry that commits it), or a range"
            + " ('1705654321:7..1705654399:1 shop.orders d': from, to, namespace, and perhaps one"
            + " of i, u, d, c).",
        "With --dry-run it shows what that is; see docs/undo.md."
      })
  private List<String> skip = List.of();

  @Option(
      names = "--users-and-roles",
      description =
          "Merge the users and roles of the selected databases, too; those of admin only with"
              + " everything or if admin is included.")
  private boolean usersAndRoles;

  @Option(names = "--drop", description = "Replace namespaces that exist on the target.")
  private boolean drop;

  @Option(
      names = "--dry-run",
      description = "Stop after the plan; with --skip, say what would be left out.")
  private boolean dryRun;

  @Option(
      names = "--roll-forward",
      description = "The target holds a base already: apply the entries that follow it.")
  private boolean rollForward;

  @Option(
      names = "--verify",
      paramLabel = "LEVEL",
      defaultValue = "FULL",
      description = "How much is read back: ${COMPLETION-CANDIDATES}.")
  private VerifyLevel verify;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The request's id. The same id again asks for the state of the same request.")
  private String id;

  @Option(names = "--no-wait", description = "Return once the request is posted.")
  private boolean noWait;

  @Override
  public Integer call() {
    Console console = output.console();
    Instant now = Instant.now();
    try (RequestDesk desk = new RequestDesk(kafka)) {
      RestoreRequest request = request(now);
      desk.post(request);
      console.say("Request %s is posted.", request.getRequestId());
      if (noWait) {
        console.result(Map.of("requestId", request.getRequestId()));
        return ExitCodes.OK;
      }
      RestoreStatus last = follow(desk, request.getRequestId(), now, console);
      StatusLines.tell(console, last);
      console.result(StatusLines.data(last));
      return last.getState() == JobState.SUCCEEDED ? ExitCodes.OK : ExitCodes.NEGATIVE;
    }
  }

  private RestoreRequest request(Instant now) {
    return RestoreRequest.newBuilder()
        .setRequestId(id == null ? RequestIds.make("restore", now, new SecureRandom()) : id)
        .setCluster(cluster)
        .setTarget(target)
        .setTo(to)
        .setMode(rollForward ? RestoreMode.ROLL_FORWARD : RestoreMode.MERGE)
        .setSnapshotId(snapshotId)
        .setInclude(List.copyOf(include))
        .setExclude(List.copyOf(exclude))
        .setRename(Map.copyOf(rename))
        .setSkip(List.copyOf(skip))
        .setUsersAndRoles(usersAndRoles)
        .setDrop(drop)
        .setDryRun(dryRun)
        .setVerify(verify)
        .setRequestedAt(now)
        .build();
  }

  private static RestoreStatus follow(
      RequestDesk desk, String requestId, Instant posted, Console console) {
    try (StatusReader<RestoreStatus> statuses = desk.restores()) {
      RestoreStep step = null;
      Progress progress = null;
      while (true) {
        RestoreStatus status = statuses.poll().get(requestId);
        // What was published before the request was posted answers an earlier one of the same id.
        if (status == null || status.getUpdatedAt().isBefore(posted.minusSeconds(60))) {
          continue;
        }
        if (StatusLines.isOver(status.getState())) {
          if (progress != null) {
            progress.close();
          }
          return status;
        }
        if (status.getStep() != step) {
          step = status.getStep();
          if (progress != null) {
            progress.close();
          }
          progress = console.progress(label(step), status.getStepTotal());
        }
        progress.update(status.getStepDone());
      }
    }
  }

  private static String label(RestoreStep step) {
    return switch (step) {
      case NONE -> "waiting";
      case PLAN -> "planning";
      case LOAD -> "loading documents";
      case VERIFY -> "reading back documents";
      case INDEX -> "building indexes";
      case REPORT -> "reporting";
    };
  }
}
