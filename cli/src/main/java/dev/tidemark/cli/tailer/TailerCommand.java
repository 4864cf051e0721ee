package dev.tidemark.cli.tailer;

import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.logging.Logging;
import dev.tidemark.cli.service.TailerProperties;
import dev.tidemark.embedded.connect.ConnectRest;
import dev.tidemark.embedded.process.KafkaExit;
import dev.tidemark.embedded.stack.StackException;
import dev.tidemark.oplog.error.TidemarkException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Captures oplogs with a Connect worker that has the connector inside. */
@Command(
    name = "tailer",
    mixinStandardHelpOptions = true,
    description =
        "Capture oplogs: a Kafka Connect worker with the connector inside, until it is stopped.")
public final class TailerCommand implements Callable<Integer> {

  @Mixin private OutputOptions output;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description =
          "Properties: the connector's keys, kafka.* for all Kafka clients, schema.registry.url,"
              + " and worker.* for the worker.")
  private Path config;

  @Override
  public Integer call() {
    Logging.service();
    TailerProperties properties = TailerProperties.read(config);
    Connect<?> worker = start(properties);
    // Ctrl-C and SIGTERM leave the group in order, so that no other worker waits for this one.
    Runtime.getRuntime().addShutdownHook(new Thread(worker::stop, "tidemark-tailer-stop"));
    try {
      create(properties);
    } catch (StackException e) {
      worker.stop();
      throw failure(e);
    }
    worker.awaitStop();
    return ExitCodes.OK;
  }

  private void create(TailerProperties properties) {
    URI url = properties.rest();
    new ConnectRest(url).putConnector(properties.name(), properties.connector());
    output.console().say("Connector %s runs; Connect's REST interface: %s", properties.name(), url);
  }

  private Connect<?> start(TailerProperties properties) {
    Map<String, String> worker = new HashMap<>(properties.worker());
    PluginPath.installed()
        .forEach(plugins -> worker.putIfAbsent("plugin.path", plugins.toString()));
    KafkaExit.forbid();
    try {
      return new ConnectDistributed().startConnect(worker);
    } catch (KafkaException | StackException e) {
      throw failure(e);
    } finally {
      // A worker that gives up later ends this process, which was made for it.
      Exit.resetExitProcedure();
      Exit.resetHaltProcedure();
    }
  }

  private TidemarkException failure(RuntimeException e) {
    return new TidemarkException(
        CliError.CLI_STACK,
        "the worker cannot run the connector: " + e.getMessage(),
        config.toString(),
        "Correct the configuration; docs/reference/tailer-config.md lists every key. If tailers of"
            + " the same worker.group.id run on other hosts, each needs worker.listeners with an"
            + " address that the others reach, such as http://0.0.0.0:8083",
        e);
  }
}
