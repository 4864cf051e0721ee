package dev.tidemark.cli.demo.stack;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.tailer.PluginPath;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.stack.EmbeddedStack;
import dev.tidemark.embedded.stack.EmbeddedStack.Part;
import dev.tidemark.embedded.stack.PortInUseException;
import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.embedded.stack.StackException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.topic.TopicNames;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The servers of the demo: the embedded stack and the simulated replica sets.
 *
 * @param embedded broker, registry, S3 endpoint and, where it is asked for, a Connect worker
 * @param registry a client of the registry
 * @param topics the topics, which exist
 */
public record DemoStack(EmbeddedStack embedded, SchemaRegistry registry, TopicNames topics) {

  /** Name of the bucket that receives the archive. */
  public static final String BUCKET = "tidemark";

  /** Alias of the source, under which its archive lies. */
  public static final String CLUSTER = "demo";

  private static final int HIGHEST_PORT = 65_535;

  /**
   * Starts the embedded stack and makes the topics.
   *
   * @param closer takes what has to be closed
   * @throws TidemarkException if a port is in use or a part does not come up
   */
  public static DemoStack start(
      WorkDirectory work, Map<Part, Integer> ports, Closer closer, Console console) {
    EmbeddedStack.Builder builder = EmbeddedStack.in(work.path()).connect(PluginPath.installed());
    return start(builder, ports, closer, console);
  }

  /**
   * The same without a Connect worker.
   *
   * @throws TidemarkException if a port is in use or a part does not come up
   */
  public static DemoStack withoutConnect(
      WorkDirectory work, Map<Part, Integer> ports, Closer closer, Console console) {
    return start(EmbeddedStack.in(work.path()), ports, closer, console);
  }

  private static DemoStack start(
      EmbeddedStack.Builder builder, Map<Part, Integer> ports, Closer closer, Console console) {
    builder
        .kafka()
        .registry()
        .s3(BUCKET)
        .onReady((part, endpoint) -> console.say("  %-9s %s", nameOf(part), endpoint));
    ports.forEach(
        (part, port) -> {
          // Before anything is started: a server that comes up takes many seconds.
          check(part, port);
          builder.port(part, port);
        });
    EmbeddedStack embedded = closer.add(known(builder::start));
    SchemaRegistry registry =
        closer.add(
            new SchemaRegistryClient(
                new RegistryConfig(Map.of(RegistryConfig.URL_CONFIG, embedded.registry().url()))));
    DemoStack stack = new DemoStack(embedded, registry, TopicNames.DEFAULT);
    DemoTopics.create(stack.kafkaClient(), stack.topics);
    return stack;
  }

  private static void check(Part part, int port) {
    if (port < 1 || port > HIGHEST_PORT) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          port + " is no port",
          "--port " + nameOf(part),
          "Give a number from 1 to " + HIGHEST_PORT);
    }
    known(() -> Ports.resolve(nameOf(part), port));
  }

  private static String nameOf(Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }

  /** Starts a simulated replica set. */
  public static SimulatedReplicaSet simulator(SimulatorConfig config, Closer closer) {
    try {
      return closer.add(SimulatedReplicaSet.start(config));
    } catch (IOException e) {
      throw new TidemarkException(
          CliError.CLI_STACK,
          "the MongoDB simulator cannot listen: " + e.getMessage(),
          config.setName(),
          "",
          e);
    }
  }

  /** Settings with which a client reaches the brokers. */
  public Map<String, Object> kafkaClient() {
    return Map.of(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, embedded.kafka().bootstrapServers());
  }

  /** Settings that every service of the demo has: brokers, registry and archive. */
  public Map<String, String> service() {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", embedded.kafka().bootstrapServers());
    settings.put("schema.registry.url", embedded.registry().url());
    settings.put("archive.url", "s3://" + BUCKET);
    settings.put("archive.s3.endpoint", embedded.s3().endpoint().toString());
    settings.put("archive.s3.region", embedded.s3().region());
    settings.put("archive.s3.path.style", "true");
    settings.put("archive.s3.access.key.id", embedded.s3().accessKeyId());
    settings.put("archive.s3.secret.access.key", embedded.s3().secretAccessKey());
    return settings;
  }

  private static <T> T known(java.util.function.Supplier<T> start) {
    try {
      return start.get();
    } catch (PortInUseException e) {
      throw new TidemarkException(
          CliError.CLI_NETWORK,
          "port " + e.port() + " is in use",
          e.part(),
          "Stop what listens there, or leave the choice of the port to the demo",
          e);
    } catch (StackException e) {
      throw new TidemarkException(
          CliError.CLI_STACK,
          e.getMessage().lines().findFirst().orElse(""),
          e.part(),
          "Run the demo with --work-dir and read the logs there",
          e);
    }
  }
}
