package dev.tidemark.cli.demo;

import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.Progress;
import dev.tidemark.cli.demo.captured.CapturedOplog;
import dev.tidemark.cli.demo.captured.FeedSchedule;
import dev.tidemark.cli.demo.stack.Capture;
import dev.tidemark.cli.demo.stack.Closer;
import dev.tidemark.cli.demo.stack.DemoStack;
import dev.tidemark.cli.demo.stack.Services;
import dev.tidemark.cli.demo.stack.WorkDirectory;
import dev.tidemark.cli.demo.truth.Comparison;
import dev.tidemark.cli.demo.truth.TruthFile;
import dev.tidemark.cli.demo.truth.Witness;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.mongo.oplog.OplogFeed;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.RestoreStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The story on an oplog that a real server wrote: served by the simulator as if it happened now,
 * captured, archived, and restored from a real dump at each moment whose state is known.
 */
final class CapturedDemo implements Demo {

  private static final String TARGET = "directory";
  private static final double ENTRIES_PER_SECOND = 4_000;

  private final CapturedOplog captured;
  private final WorkDirectory work;
  private final Console console;
  private final Clock clock;
  private final long started;
  private final Path restored;
  private final SimulatedReplicaSet source;
  private final OplogFeed feed;
  private final FeedSchedule schedule = new FeedSchedule(ENTRIES_PER_SECOND);
  private final Pipeline pipeline;

  /** Starts everything. What was started is handed to the closer, also if this fails. */
  CapturedDemo(
      Path directory,
      DemoSettings settings,
      WorkDirectory work,
      Closer closer,
      Console console,
      Clock clock) {
    if (settings.target().isPresent()) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "--captured restores into directories",
          "--target",
          "Give one of the two");
    }
    this.captured = CapturedOplog.open(directory);
    this.work = work;
    this.console = console;
    this.clock = clock;
    this.started = clock.millis();
    this.restored = work.resolve("restored");
    console.say("Starting everything on this machine, in %s", work.path());
    DemoStack stack = DemoStack.start(work, settings.ports(), closer, console);
    try {
      this.source =
          DemoStack.simulator(SimulatorConfig.builder().serving(captured.oplog()).build(), closer);
      this.feed = closer.add(source.feed(captured.oplog()));
    } catch (IOException e) {
      throw unreadable(e);
    }
    console.say(
        "  %-9s %s  (simulator, serves %s)", "source", source.connectionString(), captured.oplog());
    console.say("  %-9s %s", "target", restored);
    Services.importDump(stack, captured.dump(), source.setId(), source.setName());
    this.pipeline =
        Pipeline.start(
            stack,
            work,
            Map.of("targets." + TARGET + ".directory", restored.toString()),
            schedule,
            closer,
            clock);
    Capture.start(stack, source.connectionString(), "earliest");
    pipeline.capture().awaitBegin(DemoTimes.SOON);
    console.say(
        "Ready after %.1f s; the dump is in the archive as a snapshot.",
        (clock.millis() - started) / 1000.0);
  }

  private TidemarkException unreadable(IOException e) {
    return new TidemarkException(
        CliError.CLI_FILE,
        "the captured oplog cannot be read: " + e.getMessage(),
        captured.oplog().toString(),
        "Give a file of BSON documents, one after another",
        e);
  }

  @Override
  public DemoReport run() throws InterruptedException {
    serve();
    long rpo = Math.max(0, clock.millis() - pipeline.capture().newestLogged());
    Optime newest = new Optime(source.newestOptime());
    pipeline.capture().await(newest, DemoTimes.SOON);
    LogicalState last = captured.moments().get(captured.moments().size() - 1);
    Optime target = last.moment().orElseThrow();
    pipeline.segments().await(target, DemoTimes.SOON);

    Witness witness = new Witness(work.resolve("truth"));
    int wrong = 0;
    long longest = 0;
    for (LogicalState expected : captured.moments()) {
      long asked = clock.millis();
      Optime moment = expected.moment().orElseThrow();
      RestoreStatus status = restore(moment);
      longest = Math.max(longest, clock.millis() - asked);
      LogicalState found = witness.dump(restored.resolve(status.getRequestId()));
      wrong += judge(moment, expected, found, status) ? 0 : 1;
    }
    TruthFile.write(work.resolve("truth.json"), last, target);
    console.say(
        wrong == 0 ? "Verdict: all %2$d moments match." : "Verdict: %d of %d moments differ.",
        wrong,
        captured.moments().size());
    pipeline.segments().await(newest, DemoTimes.SOON);
    DemoReport report =
        new DemoReport(
            wrong == 0,
            pipeline.capture().entries(),
            pipeline.segments().count(),
            pipeline.segments().objectBytes(),
            target.toString(),
            last.namespaces().size(),
            Figures.documents(last),
            rpo,
            longest,
            pipeline.capture().lagMillis(0.5),
            pipeline.capture().lagMillis(0.99),
            clock.millis() - started);
    Figures.print(console, report, pipeline.capture().entryBytes());
    return report;
  }

  private void serve() throws InterruptedException {
    schedule.begin(clock.millis());
    feed.start(ENTRIES_PER_SECOND);
    try (Progress progress = console.progress("capturing", -1)) {
      while (!feed.isDone()) {
        TimeUnit.MILLISECONDS.sleep(20);
        progress.update(pipeline.capture().entries(), feed.appended(), "entries");
      }
    }
    console.say("Served %,d entries of a real server's oplog.", feed.appended());
  }

  private RestoreStatus restore(Optime moment) {
    String id = moment.seconds() + "-" + moment.increment();
    pipeline
        .restores()
        .post(
            TARGET,
            RestoreRequest.newBuilder()
                .setRequestId(id)
                .setCluster(DemoStack.CLUSTER)
                .setTarget(TARGET)
                .setTo(moment.toString())
                .build());
    try (Progress progress = console.progress("restoring", -1)) {
      return pipeline
          .restores()
          .await(id, DemoTimes.JOB, job -> progress.update(Math.max(0, job.done()), job.step()));
    }
  }

  private boolean judge(
      Optime moment, LogicalState expected, LogicalState found, RestoreStatus status) {
    List<String> differences = Comparison.differences(expected, found);
    boolean good = differences.isEmpty() && status.getVerified();
    console.say(
        "  %s  %s: %,d documents in %d namespaces",
        moment,
        good ? "matches byte for byte" : "DIFFERS",
        Figures.documents(found),
        found.namespaces().size());
    if (!status.getVerified()) {
      console.say("    WRONG: the restorer did not verify what it wrote.");
    }
    differences.forEach(difference -> console.say("    WRONG: %s", difference));
    return good;
  }

  @Override
  public void tellHowToLookAround() {
    LookAround.print(console, pipeline.stack(), source.connectionString(), restored.toString());
  }
}
