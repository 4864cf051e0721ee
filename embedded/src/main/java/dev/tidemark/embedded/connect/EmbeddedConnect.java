package dev.tidemark.embedded.connect;

import dev.tidemark.embedded.process.KafkaExit;
import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.embedded.stack.StackException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;

/**
 * A Kafka Connect worker in distributed mode in this JVM, with exactly-once support for sources.
 * Its REST interface listens on 127.0.0.1 only. Thread-safe.
 */
public final class EmbeddedConnect implements AutoCloseable {

  private static final String PART = "connect";

  private final Connect<?> worker;
  private final ConnectRest rest;

  private EmbeddedConnect(Connect<?> worker, URI url) {
    this.worker = worker;
    this.rest = new ConnectRest(url);
  }

  /** Starts on a free port. */
  public static EmbeddedConnect start(String bootstrapServers, List<Path> pluginPath) {
    return start(bootstrapServers, pluginPath, Map.of(), Ports.ANY);
  }

  /**
   * Starts and returns once the REST interface answers.
   *
   * @param bootstrapServers the cluster it works on and keeps its own topics in
   * @param pluginPath directories of plugins, each loaded in isolation; plugins on this JVM's class
   *     path are found too
   * @param overrides settings of the worker that win over those chosen here
   * @param wantedPort where the REST interface listens, or {@link Ports#ANY}
   * @throws StackException if the port is in use or the worker does not come up
   */
  public static EmbeddedConnect start(
      String bootstrapServers,
      List<Path> pluginPath,
      Map<String, String> overrides,
      int wantedPort) {
    KafkaExit.forbid();
    int port = Ports.resolve(PART, wantedPort);
    URI url = URI.create("http://127.0.0.1:" + port);
    Map<String, String> config = config(bootstrapServers, pluginPath, url);
    config.putAll(overrides);
    try {
      return new EmbeddedConnect(new ConnectDistributed().startConnect(config), url);
    } catch (StackException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StackException(PART, "the worker did not come up: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> config(
      String bootstrapServers, List<Path> pluginPath, URI url) {
    Map<String, String> c = new HashMap<>();
    c.put("bootstrap.servers", bootstrapServers);
    c.put("group.id", "connect");
    c.put("listeners", url.toString());
    c.put("rest.advertised.host.name", "127.0.0.1");
    c.put("plugin.discovery", "service_load");
    if (!pluginPath.isEmpty()) {
      c.put(
          "plugin.path",
          pluginPath.stream()
              .map(p -> p.toAbsolutePath().toString())
              .collect(Collectors.joining(",")));
    }
    c.put("exactly.once.source.support", "enabled");
    c.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    c.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    c.put("config.storage.topic", "connect-configs");
    c.put("offset.storage.topic", "connect-offsets");
    c.put("status.storage.topic", "connect-status");
    // One broker, and one worker whose return nobody has to wait for.
    c.put("config.storage.replication.factor", "1");
    c.put("offset.storage.replication.factor", "1");
    c.put("status.storage.replication.factor", "1");
    c.put("offset.storage.partitions", "1");
    c.put("status.storage.partitions", "1");
    c.put("scheduled.rebalance.max.delay.ms", "0");
    return c;
  }

  /** The worker's REST interface. */
  public ConnectRest rest() {
    return rest;
  }

  /** Stops the worker and its connectors, as an orderly shutdown does. */
  @Override
  public void close() {
    worker.stop();
    worker.awaitStop();
  }
}
