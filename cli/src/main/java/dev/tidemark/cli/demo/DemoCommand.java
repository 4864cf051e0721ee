package dev.tidemark.cli.demo;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.demo.stack.Closer;
import dev.tidemark.cli.demo.stack.WorkDirectory;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.logging.Logging;
import dev.tidemark.embedded.stack.EmbeddedStack.Part;
import dev.tidemark.oplog.error.TidemarkException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the whole flow on servers of its own and judges the outcome. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Back up a busy replica set, lose data, restore it, and compare; everything embedded.")
public final class DemoCommand implements Callable<Integer> {

  @Mixin private OutputOptions output;

  @Option(
      names = "--captured",
      paramLabel = "<dir>",
      description =
          "Replay a captured oplog: <dir> holds dump/, oplog.bson and expected/. Restores every moment"
              + " in expected/ and compares byte for byte.")
  private Path captured;

  @Option(
      names = "--work-dir",
      paramLabel = "<dir>",
      description = "Put everything into this directory and leave the data there.")
  private Path workDirectory;

  @Option(names = "--keep", description = "Leave everything running afterwards, until Ctrl-C.")
  private boolean keep;

  @Option(
      names = "--servers",
      description =
          "Start only the servers, with a source that is written to, and leave them running until"
              + " Ctrl-C. The work directory gets a properties file for each of Tidemark's services,"
              + " which are to be started by hand.")
  private boolean servers;

  @Option(
      names = "--source",
      paramLabel = "<mongodb-uri>",
      description = "Use a real replica set as the source, not the simulator.")
  private String source;

  @Option(
      names = "--target",
      paramLabel = "<mongodb-uri>",
      description = "Restore into a real server, not the simulator.")
  private String target;

  @Option(
      names = "--port",
      paramLabel = "<part>=<port>",
      description =
          "Port of a part of the stack: kafka, registry, s3 or connect. Free ones are chosen"
              + " otherwise.")
  private Map<Part, Integer> ports = new EnumMap<>(Part.class);

  @Option(
      names = "--seed",
      paramLabel = "<number>",
      description = "What the workload's choices derive from; ${DEFAULT-VALUE} by default.")
  private long seed = 42;

  @Override
  public Integer call() {
    check();
    Console console = output.console();
    Clock clock = Clock.systemUTC();
    WorkDirectory work =
        workDirectory == null ? WorkDirectory.temporary() : WorkDirectory.at(workDirectory);
    Closer closer = new Closer();
    closer.add(work);
    try (CtrlC ctrlC = CtrlC.interrupts(Thread.currentThread(), console)) {
      try {
        return tell(work, closer, console, clock);
      } catch (InterruptedException e) {
        return ExitCodes.UNUSABLE;
      } catch (RuntimeException e) {
        if (ctrlC.happened()) {
          // What an interrupt does to whoever waits for something: nobody wants to read it.
          return ExitCodes.UNUSABLE;
        }
        throw e;
      } finally {
        ctrlC.ignore();
        closer.close();
      }
    }
  }

  private int tell(WorkDirectory work, Closer closer, Console console, Clock clock)
      throws InterruptedException {
    closer.add(Logging.toFile(work.resolve("tidemark.log")));
    DemoSettings settings =
        new DemoSettings(
            Optional.ofNullable(captured),
            Optional.ofNullable(source),
            Optional.ofNullable(target),
            ports,
            seed);
    if (servers) {
      console.result(new Servers(settings, work, closer, console, clock).start());
      new CountDownLatch(1).await();
    }
    Demo demo = demo(settings, work, closer, console, clock);
    DemoReport report = demo.run();
    if (keep) {
      console.result(report.toJson());
      demo.tellHowToLookAround();
      new CountDownLatch(1).await();
    }
    // Before the result: whoever reads it finds nothing running any more.
    closer.close();
    console.result(report.toJson());
    return report.verified() ? ExitCodes.OK : ExitCodes.NEGATIVE;
  }

  private static Demo demo(
      DemoSettings settings, WorkDirectory work, Closer closer, Console console, Clock clock) {
    return settings.captured().isPresent()
        ? new CapturedDemo(settings.captured().get(), settings, work, closer, console, clock)
        : new LiveDemo(settings, work, closer, console, clock);
  }

  private void check() {
    if (captured != null && source != null) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "--captured brings its own source",
          "--source",
          "Give one of the two");
    }
    if (servers && (captured != null || source != null || target != null)) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "--servers brings its own source and target",
          "--servers",
          "Leave the others away");
    }
    if (servers && workDirectory == null) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "the properties files need a place",
          "--servers",
          "Name an empty directory with --work-dir");
    }
  }
}
