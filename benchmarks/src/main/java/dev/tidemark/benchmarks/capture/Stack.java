package dev.tidemark.benchmarks.capture;

import dev.tidemark.embedded.connect.ConnectRest;
import dev.tidemark.embedded.connect.EmbeddedConnect;
import dev.tidemark.embedded.stack.EmbeddedStack;
import dev.tidemark.embedded.stack.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** Broker, registry and worker of one run, in this JVM. */
final class Stack implements AutoCloseable {

  private static final String LARGEST_MESSAGE = Integer.toString(18 << 20);

  // Not every peer has the manifest by which plugins are found quickly.
  private static final Map<String, String> WORKER = Map.of("plugin.discovery", "hybrid_warn");

  private final EmbeddedStack stack;
  private final EmbeddedConnect connect;

  Stack(Path directory, List<Path> pluginPath) {
    this.stack = EmbeddedStack.in(directory).kafka().registry().start();
    this.connect =
        EmbeddedConnect.start(stack.kafka().bootstrapServers(), pluginPath, WORKER, Ports.ANY);
  }

  String bootstrapServers() {
    return stack.kafka().bootstrapServers();
  }

  String registryUrl() {
    return stack.registry().url();
  }

  ConnectRest connect() {
    return connect.rest();
  }

  void createTopic(String name) throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      NewTopic topic =
          new NewTopic(name, 1, (short) 1)
              .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, LARGEST_MESSAGE));
      admin.createTopics(Set.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("topic " + name + " was not created", e.getCause());
    }
  }

  @Override
  public void close() {
    connect.close();
    stack.close();
  }
}
