package dev.tidemark.cli.demo;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.Progress;
import dev.tidemark.cli.demo.job.Desks;
import dev.tidemark.cli.demo.job.JobDesk;
import dev.tidemark.cli.demo.stack.Capture;
import dev.tidemark.cli.demo.stack.Closer;
import dev.tidemark.cli.demo.stack.DemoStack;
import dev.tidemark.cli.demo.stack.WorkDirectory;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.logging.Logging;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.alert.DrillMode;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.status.DrillStatus;
import java.time.Clock;
import java.util.Map;

/**
 * A drill with everything embedded: the servers of the demo, Tidemark's services on them, and a
 * drill asked for on Kafka. Nothing is left behind.
 */
public final class EmbeddedDrill {

  private static final String TARGET = "scratch";

  private final Console console;
  private final Clock clock;

  public EmbeddedDrill(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  /**
   * Starts everything, holds the drill and stops everything.
   *
   * @param drillId the id of the request
   * @throws TidemarkException if a part does not come up, or the drill ends without a result
   */
  public DrillResult hold(String drillId) {
    WorkDirectory work = WorkDirectory.temporary();
    Closer closer = new Closer();
    closer.add(work);
    try (CtrlC ctrlC = CtrlC.interrupts(Thread.currentThread(), console)) {
      try {
        closer.add(Logging.toFile(work.resolve("tidemark.log")));
        return hold(drillId, work, closer);
      } finally {
        ctrlC.ignore();
        closer.close();
      }
    }
  }

  private DrillResult hold(String drillId, WorkDirectory work, Closer closer) {
    console.say("Starting everything on this machine");
    DemoStack stack = DemoStack.start(work, Map.of(), closer, console);
    String source = simulator("rs0", closer);
    Map<String, String> aliases =
        Map.of(
            "clusters." + DemoStack.CLUSTER + ".uri",
            source,
            "targets." + TARGET + ".uri",
            simulator(TARGET, closer));
    Pipeline pipeline = Pipeline.start(stack, work, aliases, OplogEventView::wall, closer, clock);
    Capture.start(stack, source, "latest");
    pipeline.capture().awaitBegin(DemoTimes.SOON);
    JobDesk<DrillRequest, DrillStatus> drills =
        closer.add(Desks.drills(stack.kafkaClient(), stack.registry(), stack.topics(), clock));
    drills.post(
        DemoStack.CLUSTER,
        DrillRequest.newBuilder()
            .setRequestId(drillId)
            .setCluster(DemoStack.CLUSTER)
            .setTarget(TARGET)
            .setMode(DrillMode.EMBEDDED)
            .build());
    return await(drills, drillId);
  }

  private DrillResult await(JobDesk<DrillRequest, DrillStatus> drills, String drillId) {
    try (Progress progress = console.progress("drill", -1)) {
      DrillStatus status =
          drills.awaitOver(drillId, DemoTimes.JOB, job -> progress.update(job.done(), job.step()));
      if (status.getResult() == null) {
        throw new TidemarkException(
            CliError.CLI_DEMO,
            "the drill ended as " + status.getState() + " without a result",
            drillId,
            "");
      }
      return status.getResult();
    }
  }

  private static String simulator(String setName, Closer closer) {
    return DemoStack.simulator(SimulatorConfig.builder().setName(setName).build(), closer)
        .connectionString();
  }
}
