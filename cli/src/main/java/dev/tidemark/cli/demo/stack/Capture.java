package dev.tidemark.cli.demo.stack;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.embedded.connect.ConnectRest;
import dev.tidemark.embedded.stack.StackException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.RecommendedOverrides;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The tailer, as a user would run it: a connector created through Connect's REST interface. */
public final class Capture {

  private static final String NAME = "tidemark-demo";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Capture() {}

  /**
   * Creates the connector and returns once it runs.
   *
   * @param startPosition where capture begins, for example {@code latest}
   */
  public static void start(DemoStack stack, String sourceUri, String startPosition) {
    ConnectRest connect = stack.embedded().connect().rest();
    try {
      connect.putConnector(NAME, config(stack, sourceUri, startPosition));
      connect.awaitRunning(NAME, 1, PATIENCE);
    } catch (StackException e) {
      throw new TidemarkException(
          CliError.CLI_STACK,
          e.getMessage().lines().findFirst().orElse(""),
          "connect",
          "Run the demo with --work-dir and read tidemark.log there",
          e);
    }
  }

  private static Map<String, String> config(
      DemoStack stack, String sourceUri, String startPosition) {
    Map<String, String> c = new HashMap<>();
    c.put("connector.class", "dev.tidemark.tailer.OplogSourceConnector");
    c.put("tasks.max", "1");
    c.put("exactly.once.support", "required");
    c.put("transaction.boundary", "poll");
    c.put("mongodb.uri", sourceUri);
    c.put("start.position", startPosition);
    c.put("topic", stack.topics().oplogBackup());
    c.put("kafka.bootstrap.servers", stack.embedded().kafka().bootstrapServers());
    c.putAll(RecommendedOverrides.PRODUCER);
    c.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    c.put("value.converter", "dev.tidemark.schemas.connect.AvroConverter");
    c.put("value.converter.schema.registry.url", stack.embedded().registry().url());
    return c;
  }
}
