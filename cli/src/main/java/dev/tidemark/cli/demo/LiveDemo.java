package dev.tidemark.cli.demo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.Progress;
import dev.tidemark.cli.demo.stack.Capture;
import dev.tidemark.cli.demo.stack.Closer;
import dev.tidemark.cli.demo.stack.DemoStack;
import dev.tidemark.cli.demo.stack.Endpoint;
import dev.tidemark.cli.demo.stack.WorkDirectory;
import dev.tidemark.cli.demo.watch.CaptureWatch;
import dev.tidemark.cli.demo.workload.Workload;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.schemas.event.OplogEventView;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The story on a source that is written to while the demo runs. */
final class LiveDemo {

  private static final long STEPS = 5_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DemoSettings settings;
  private final WorkDirectory work;
  private final Closer closer;
  private final Console console;
  private final Clock clock;

  LiveDemo(DemoSettings settings, WorkDirectory work, Closer closer, Console console, Clock clock) {
    this.settings = settings;
    this.work = work;
    this.closer = closer;
    this.console = console;
    this.clock = clock;
  }

  DemoReport run() throws InterruptedException {
    long started = clock.millis();
    console.say("Starting, everything on this machine:");
    DemoStack stack = DemoStack.start(work, settings.ports(), closer, console);
    String sourceUri =
        settings
            .source()
            .orElseGet(
                () ->
                    DemoStack.simulator(SimulatorConfig.builder().build(), closer)
                        .connectionString());
    console.say("  %-9s %s", "source", Endpoint.shown(sourceUri));
    MongoClient source = closer.add(MongoClients.create(sourceUri));
    CaptureWatch capture =
        closer.add(
            new CaptureWatch(
                stack.kafkaClient(),
                stack.topics().oplogBackup(),
                stack.registry(),
                OplogEventView::wall,
                clock));
    Capture.start(stack, sourceUri, "latest");
    capture.awaitBegin(PATIENCE);
    console.say("ready after %d ms", clock.millis() - started);
    Workload workload = closer.add(new Workload(source, settings.seed(), clock));
    workload.prepare();
    workload.start(() -> workload.steps() >= STEPS);
    workload.changeSchemas();
    try (Progress progress = console.progress("writing", STEPS)) {
      while (workload.steps() < STEPS) {
        TimeUnit.MILLISECONDS.sleep(50);
        progress.update(workload.steps());
      }
    }
    workload.awaitStopped();
    TimeUnit.MILLISECONDS.sleep(2000);
    console.say(
        "%d entries, lag p50 %d p99 %d",
        capture.entries(), capture.lagMillis(0.5), capture.lagMillis(0.99));
    return new DemoReport(
        false,
        capture.entries(),
        0,
        0,
        "",
        0,
        0,
        0,
        0,
        capture.lagMillis(0.5),
        capture.lagMillis(0.99),
        clock.millis() - started);
  }

  void tellHowToLookAround() {
    console.say("later");
  }
}
