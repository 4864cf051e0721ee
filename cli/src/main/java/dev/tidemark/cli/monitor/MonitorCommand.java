package dev.tidemark.cli.monitor;

import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.logging.Logging;
import dev.tidemark.cli.service.PropertiesFile;
import dev.tidemark.monitor.Monitor;
import dev.tidemark.monitor.MonitorConfig;
import dev.tidemark.oplog.error.TidemarkException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Watches backups, captures and failovers. */
@Command(
    name = "monitor",
    mixinStandardHelpOptions = true,
    description = "Watch backups, captures and failovers and raise alerts, until it is stopped.")
public final class MonitorCommand implements Callable<Integer> {

  @Mixin private OutputOptions output;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description =
          "Properties: bootstrap.servers, schema.registry.url, clusters.<alias>.uri, thresholds as"
              + " alert.*, and any setting of Kafka's clients.")
  private Path config;

  @Override
  public Integer call() throws InterruptedException {
    Logging.service();
    try (Monitor monitor = open()) {
      // SIGTERM delivers the alerts that wait before the process ends.
      Runtime.getRuntime().addShutdownHook(new Thread(monitor::close, "tidemark-monitor-stop"));
      monitor.start();
      output.console().say("The monitor runs; metrics on port %d.", monitor.port());
      monitor.awaitStop();
    }
    return ExitCodes.OK;
  }

  private Monitor open() {
    try {
      return new Monitor(
          new MonitorConfig(PropertiesFile.readWithProviders(config)), InstantSource.system());
    } catch (KafkaException e) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          e.getMessage(),
          config.toString(),
          "Correct the setting in the file; docs/operations.md tells the settings",
          e);
    }
  }
}
