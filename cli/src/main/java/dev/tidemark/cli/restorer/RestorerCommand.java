package dev.tidemark.cli.restorer;

import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.logging.Logging;
import dev.tidemark.cli.service.PropertiesFile;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.Restorer;
import dev.tidemark.restorer.config.RestorerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes snapshots and carries restores out. */
@Command(
    name = "restorer",
    mixinStandardHelpOptions = true,
    description = "Take snapshots and carry out restores that are asked for on Kafka.")
public final class RestorerCommand implements Callable<Integer> {

  @Mixin private OutputOptions output;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description =
          "Properties: bootstrap.servers, schema.registry.url, archive.*, clusters.<alias>.uri,"
              + " targets.<alias>.uri or .directory, and any setting of Kafka's clients.")
  private Path config;

  @Override
  public Integer call() throws InterruptedException {
    Logging.service();
    try (Restorer restorer = new Restorer(parse())) {
      // SIGTERM leaves the groups in order, so that another worker goes on at once.
      Runtime.getRuntime().addShutdownHook(new Thread(restorer::close, "tidemark-restorer-stop"));
      restorer.start();
      output.console().say("The restorer runs.");
      restorer.join();
    }
    return ExitCodes.OK;
  }

  private RestorerConfig parse() {
    try {
      return new RestorerConfig(PropertiesFile.readWithProviders(config));
    } catch (ConfigException e) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          e.getMessage(),
          config.toString(),
          "Correct the setting in the file",
          e);
    }
  }
}
