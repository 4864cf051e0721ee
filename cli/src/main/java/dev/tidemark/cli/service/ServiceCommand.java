package dev.tidemark.cli.service;

import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.logging.Logging;
import dev.tidemark.oplog.error.TidemarkException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs a service until it is stopped: SIGTERM and Ctrl-C close it in its own order.
 *
 * @param <S> the service
 */
public abstract class ServiceCommand<S extends AutoCloseable> implements Callable<Integer> {

  @Mixin private OutputOptions output;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description =
          "The service's properties; environment variables TIDEMARK_<SERVICE>_<KEY> override them."
              + " 'tidemark config check' shows what comes of both.")
  private Path config;

  private final Service kind;

  protected ServiceCommand(Service kind) {
    this.kind = kind;
  }

  /**
   * Makes the service.
   *
   * @throws KafkaException if a setting is wrong
   */
  protected abstract S open(Map<String, String> settings);

  /**
   * Starts it.
   *
   * @return what to tell people
   */
  protected abstract String start(S service);

  /** Returns once it has stopped. */
  protected abstract void awaitStop(S service) throws InterruptedException;

  @Override
  public Integer call() throws Exception {
    Logging.service();
    try (S service = open()) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> closeQuietly(service), "tidemark-" + kind.command() + "-stop"));
      output.console().say(start(service));
      awaitStop(service);
    }
    return ExitCodes.OK;
  }

  private S open() {
    try {
      return open(ServiceSettings.read(kind, config, System.getenv()).withProviders());
    } catch (KafkaException e) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          e.getMessage(),
          config.toString(),
          "Correct the setting; 'tidemark config check --service "
              + kind.command()
              + "' shows all problems at once",
          e);
    }
  }

  private void closeQuietly(S service) {
    try {
      service.close();
    } catch (Exception e) {
      output.console().warn("The " + kind.command() + " did not stop in order: " + e);
    }
  }
}
