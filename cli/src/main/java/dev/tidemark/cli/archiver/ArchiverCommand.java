package dev.tidemark.cli.archiver;

import dev.tidemark.archiver.Archiver;
import dev.tidemark.archiver.ArchiverConfig;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.logging.Logging;
import dev.tidemark.cli.service.PropertiesFile;
import dev.tidemark.oplog.error.TidemarkException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Archives the topic of oplog entries. */
@Command(
    name = "archiver",
    mixinStandardHelpOptions = true,
    description = "Archive captured oplogs in object storage, until it is stopped.")
public final class ArchiverCommand implements Callable<Integer> {

  @Mixin private OutputOptions output;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description =
          "Properties: bootstrap.servers, schema.registry.url, cluster and archive.*, and any"
              + " setting of Kafka Streams.")
  private Path config;

  @Override
  public Integer call() throws InterruptedException {
    Logging.service();
    try (Archiver archiver = new Archiver(parse())) {
      // SIGTERM leaves the group in order, so that another archiver takes over at once.
      Runtime.getRuntime().addShutdownHook(new Thread(archiver::close, "tidemark-archiver-stop"));
      archiver.start();
      output.console().say("The archiver runs.");
      archiver.awaitStop();
    }
    return ExitCodes.OK;
  }

  private ArchiverConfig parse() {
    try {
      return new ArchiverConfig(PropertiesFile.readWithProviders(config));
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
