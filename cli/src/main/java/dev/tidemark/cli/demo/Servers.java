package dev.tidemark.cli.demo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.demo.stack.Closer;
import dev.tidemark.cli.demo.stack.DemoStack;
import dev.tidemark.cli.demo.stack.ServiceFiles;
import dev.tidemark.cli.demo.stack.WorkDirectory;
import dev.tidemark.cli.demo.workload.Workload;
import dev.tidemark.cli.service.Service;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Only the servers that Tidemark needs, for whoever installs it by hand and has none: broker,
 * registry and S3 endpoint, a simulated replica set that is written to, and another one to restore
 * into. What was started is handed to the closer.
 */
final class Servers {

  private static final String SOURCE = "rs0";
  private static final String TARGET = "scratch";

  /** About 160 entries a second: something happens, and the machine has time for more. */
  private static final int PACE = 20;

  private final DemoSettings settings;
  private final WorkDirectory work;
  private final Closer closer;
  private final Console console;
  private final Clock clock;

  Servers(DemoSettings settings, WorkDirectory work, Closer closer, Console console, Clock clock) {
    this.settings = settings;
    this.work = work;
    this.closer = closer;
    this.console = console;
    this.clock = clock;
  }

  /**
   * Starts them, and lets the source be written to.
   *
   * @return the file of each service, by its name
   */
  Map<String, Object> start() {
    console.say("Starting servers on this machine, in %s", work.path());
    DemoStack stack = DemoStack.withoutConnect(work, settings.ports(), closer, console);
    String source = simulator(SOURCE);
    String target = simulator(TARGET);
    Map<Service, Path> files = ServiceFiles.write(stack.service(), work, source, target);
    write(source);
    console.say("");
    console.say("The source is written to. Tidemark's services, each in a shell of its own:");
    Map<String, Object> report = new LinkedHashMap<>();
    files.forEach(
        (service, file) -> {
          console.say("  ./tidemark %-8s --config %s", service.command(), file);
          report.put(service.command(), file.toString());
        });
    console.say("Ctrl-C ends the servers.");
    return report;
  }

  private String simulator(String name) {
    String address =
        DemoStack.simulator(SimulatorConfig.builder().setName(name).build(), closer)
            .connectionString();
    console.say("  %-9s %s  (simulator)", name, address);
    return address;
  }

  private void write(String source) {
    MongoClient client = closer.add(MongoClients.create(source));
    Workload workload = closer.add(new Workload(client, settings.seed(), PACE, clock));
    workload.prepare();
    workload.changeSchemas();
    workload.start(() -> false);
  }
}
