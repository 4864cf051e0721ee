package dev.tidemark.cli.demo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.Progress;
import dev.tidemark.cli.demo.stack.Capture;
import dev.tidemark.cli.demo.stack.Closer;
import dev.tidemark.cli.demo.stack.DemoStack;
import dev.tidemark.cli.demo.stack.Endpoint;
import dev.tidemark.cli.demo.stack.GivenServer;
import dev.tidemark.cli.demo.stack.WorkDirectory;
import dev.tidemark.cli.demo.truth.Comparison;
import dev.tidemark.cli.demo.truth.SourceClock;
import dev.tidemark.cli.demo.truth.TruthFile;
import dev.tidemark.cli.demo.truth.Witness;
import dev.tidemark.cli.demo.workload.Accident;
import dev.tidemark.cli.demo.workload.DemoNames;
import dev.tidemark.cli.demo.workload.Workload;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.RestoreStatus;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The story on a source that is written to while it is backed up: a workload, a snapshot meanwhile,
 * an accident, and the restore to just before it.
 */
final class LiveDemo implements Demo {

  private static final String TARGET = "restored";
  private static final String SNAPSHOT = "demo-snapshot";
  private static final String REQUEST = "undo-accident";
  private static final long STEPS = 5_000;
  private static final long STEPS_BEFORE_SNAPSHOT = STEPS / 4;
  private static final long STEPS_AFTER_SNAPSHOT = STEPS / 4;

  private final WorkDirectory work;
  private final Console console;
  private final Clock clock;
  private final long started;
  private final String sourceUri;
  private final String targetUri;
  private final MongoClient source;
  private final MongoClient target;
  private final Pipeline pipeline;
  private final Workload workload;

  /** Starts everything. What was started is handed to the closer, also if this fails. */
  LiveDemo(DemoSettings settings, WorkDirectory work, Closer closer, Console console, Clock clock) {
    this.work = work;
    this.console = console;
    this.clock = clock;
    this.started = clock.millis();
    console.say("Starting everything on this machine, in %s", work.path());
    settings.source().ifPresent(uri -> use(new GivenServer("--source", uri), true, closer));
    settings.target().ifPresent(uri -> use(new GivenServer("--target", uri), false, closer));
    DemoStack stack = DemoStack.start(work, settings.ports(), closer, console);
    this.sourceUri = settings.source().orElseGet(() -> simulator("rs0", closer));
    this.targetUri = settings.target().orElseGet(() -> simulator("restored", closer));
    console.say(
        "  %-9s %s%s", "source", Endpoint.shown(sourceUri), kind(settings.source().isEmpty()));
    console.say(
        "  %-9s %s%s", "target", Endpoint.shown(targetUri), kind(settings.target().isEmpty()));
    this.source = closer.add(MongoClients.create(sourceUri));
    this.target = closer.add(MongoClients.create(targetUri));
    Map<String, String> aliases =
        Map.of(
            "clusters." + DemoStack.CLUSTER + ".uri", sourceUri,
            "targets." + TARGET + ".uri", targetUri);
    this.pipeline = Pipeline.start(stack, work, aliases, OplogEventView::wall, closer, clock);
    Capture.start(stack, sourceUri, "latest");
    pipeline.capture().awaitBegin(DemoTimes.SOON);
    this.workload = closer.add(new Workload(source, settings.seed(), Workload.BUSY, clock));
    console.say("Ready after %.1f s: every write at the source goes to Kafka.", seconds(started));
  }

  private static void use(GivenServer server, boolean replicaSet, Closer closer) {
    server.check(replicaSet);
    closer.add(server::clean);
  }

  private static String simulator(String setName, Closer closer) {
    return DemoStack.simulator(SimulatorConfig.builder().setName(setName).build(), closer)
        .connectionString();
  }

  private static String kind(boolean simulated) {
    return simulated ? "  (simulator)" : "";
  }

  private double seconds(long since) {
    return (clock.millis() - since) / 1000.0;
  }

  @Override
  public DemoReport run() throws InterruptedException {
    writeAndSnapshot();
    SourceClock sourceClock = new SourceClock(source);
    Optime quiet = sourceClock.majority();
    Witness witness = new Witness(work.resolve("truth"));
    LogicalState held = witness.server("source", source, DemoNames.DATABASES, quiet);

    Accident accident = Accident.cause(source);
    long accidentAt = clock.millis();
    long rpo = Math.max(0, accidentAt - pipeline.capture().newestLogged());
    Optime before = sourceClock.lastBefore(accident.first(), quiet);
    LogicalState truth = TruthFile.write(work.resolve("truth.json"), held, before);
    console.say(
        "Accident at %s: %s dropped, all %,d documents of %s deleted.",
        accident.first(), accident.dropped(), accident.deleted(), accident.emptied());

    long asked = clock.millis();
    RestoreStatus restored = restore("before " + accident.first());
    long rto = clock.millis() - asked;
    LogicalState found = witness.server("target", target, DemoNames.DATABASES, before);
    List<String> differences = Comparison.differences(truth, found);
    boolean reached =
        restored.getReached().stream().anyMatch(set -> new Optime(set.getTs()).equals(before));
    judge(differences, reached, before, restored);

    pipeline.capture().await(accident.last(), DemoTimes.SOON);
    pipeline.segments().await(accident.last(), DemoTimes.SOON);
    DemoReport report =
        new DemoReport(
            differences.isEmpty() && reached && restored.getVerified(),
            pipeline.capture().entries(),
            pipeline.segments().count(),
            pipeline.segments().objectBytes(),
            before.toString(),
            found.namespaces().size(),
            Figures.documents(found),
            rpo,
            rto,
            pipeline.capture().lagMillis(0.5),
            pipeline.capture().lagMillis(0.99),
            clock.millis() - started);
    Figures.print(console, report, pipeline.capture().entryBytes());
    return report;
  }

  private void writeAndSnapshot() throws InterruptedException {
    workload.prepare();
    AtomicLong stopAt = new AtomicLong(Long.MAX_VALUE);
    workload.start(() -> workload.steps() >= stopAt.get());
    try (Progress progress = console.progress("writing", STEPS)) {
      awaitSteps(STEPS_BEFORE_SNAPSHOT, progress);
      pipeline
          .snapshots()
          .post(
              DemoStack.CLUSTER,
              SnapshotRequest.newBuilder()
                  .setRequestId(SNAPSHOT)
                  .setCluster(DemoStack.CLUSTER)
                  .build());
      workload.changeSchemas();
      tell(pipeline.snapshots().await(SNAPSHOT, DemoTimes.JOB, job -> show(progress)).getSummary());
      stopAt.set(Math.max(STEPS, workload.steps() + STEPS_AFTER_SNAPSHOT));
      awaitSteps(stopAt.get(), progress);
    }
    workload.awaitStopped();
    console.say(
        "Workload: %,d steps of business, %,d entries on Kafka so far.",
        workload.steps(), pipeline.capture().entries());
  }

  private void awaitSteps(long steps, Progress progress) throws InterruptedException {
    while (workload.steps() < steps) {
      workload.check();
      TimeUnit.MILLISECONDS.sleep(20);
      show(progress);
    }
  }

  private void show(Progress progress) {
    progress.update(
        workload.steps(),
        String.format(Locale.ROOT, "%,d entries on Kafka", pipeline.capture().entries()));
  }

  private void tell(SnapshotSummary snapshot) {
    console.say(
        "Snapshot %s, taken meanwhile: %d collections, %,d documents.",
        snapshot.getSnapshotId(), snapshot.getCollections(), snapshot.getDocuments());
  }

  private RestoreStatus restore(String to) {
    pipeline
        .restores()
        .post(
            TARGET,
            RestoreRequest.newBuilder()
                .setRequestId(REQUEST)
                .setCluster(DemoStack.CLUSTER)
                .setTarget(TARGET)
                .setTo(to)
                .setInclude(DemoNames.DATABASES)
                .build());
    console.say(
        "Restore to \"%s\" asked for on topic %s.",
        to, pipeline.stack().topics().restoreRequests());
    try (Progress progress = console.progress("restoring", -1)) {
      return pipeline
          .restores()
          .await(
              REQUEST, DemoTimes.JOB, job -> progress.update(Math.max(0, job.done()), job.step()));
    }
  }

  private void judge(
      List<String> differences, boolean reached, Optime wanted, RestoreStatus restored) {
    if (!reached) {
      console.say("WRONG: the restore reached %s, not %s.", restored.getReached(), wanted);
    }
    if (!restored.getVerified()) {
      console.say("WRONG: the restorer did not verify what it wrote.");
    }
    differences.forEach(difference -> console.say("WRONG: %s", difference));
    if (reached && restored.getVerified() && differences.isEmpty()) {
      console.say(
          "Verdict: what was restored is what the source held at %s, digest by digest.", wanted);
    }
  }

  @Override
  public void tellHowToLookAround() {
    LookAround.print(
        console, pipeline.stack(), Endpoint.shown(sourceUri), Endpoint.shown(targetUri));
  }
}
