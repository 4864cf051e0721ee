package dev.tidemark.tailer.stack;

import dev.tidemark.embedded.connect.ConnectRest;
import dev.tidemark.embedded.connect.EmbeddedConnect;
import dev.tidemark.embedded.stack.EmbeddedStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Broker, registry and Connect worker for all integration tests of this JVM, with the plugin as it
 * is packaged. Each test uses topics and connectors of its own.
 */
public final class CaptureStack {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private CaptureStack() {}

  private static final class Kafka {
    static final EmbeddedStack STACK = EmbeddedStack.in(directory()).kafka().registry().start();
  }

  private static final class Worker {
    static final EmbeddedConnect CONNECT =
        EmbeddedConnect.start(bootstrapServers(), List.of(pluginPath()));
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory(Path.of("target"), "it-stack-").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directory that holds the packaged plugin's directory. */
  public static Path pluginPath() {
    Path path = Path.of("target", "tidemark-tailer-plugin").toAbsolutePath();
    if (!Files.isDirectory(path)) {
      throw new IllegalStateException(path + " is missing: run the tests with mvn verify");
    }
    return path;
  }

  public static String bootstrapServers() {
    return Kafka.STACK.kafka().bootstrapServers();
  }

  public static String registryUrl() {
    return Kafka.STACK.registry().url();
  }

  public static ConnectRest rest() {
    return Worker.CONNECT.rest();
  }

  /** A name that no other test uses. */
  public static String unique(String name) {
    return name + "-" + NUMBER.incrementAndGet();
  }

  /** A complete connector configuration, as an operator would write it. */
  public static Map<String, String> config(String uri, String topic) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "dev.tidemark.tailer.OplogSourceConnector");
    config.put("tasks.max", "1");
    config.put("exactly.once.support", "required");
    config.put("mongodb.uri", uri);
    config.put("topic", topic);
    config.put("topic.partitions", "3");
    config.put("partition.map", "rs0:0");
    config.put("kafka.bootstrap.servers", bootstrapServers());
    config.put("producer.override.max.request.size", "18874368");
    // What a killed worker left open keeps the next one from starting for this long.
    config.put("producer.override.transaction.timeout.ms", "10000");
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("value.converter", "dev.tidemark.schemas.connect.AvroConverter");
    config.put("value.converter.schema.registry.url", registryUrl());
    return config;
  }
}
