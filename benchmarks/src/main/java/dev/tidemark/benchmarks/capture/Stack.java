package dev.tidemark.benchmarks.capture;

import dev.tidemark.benchmarks.server.Server;
import dev.tidemark.benchmarks.server.ServerProcess;
import dev.tidemark.embedded.connect.ConnectRest;
import dev.tidemark.embedded.stack.EmbeddedStack;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** Broker, registry and worker of one run, each a process of its own, as users have them. */
final class Stack implements AutoCloseable {

  private static final String LARGEST_MESSAGE = Integer.toString(18 << 20);

  // What Kafka's own start scripts give them.
  private static final String BROKER_HEAP = "-Xmx1g";
  private static final String WORKER_HEAP = "-Xmx2g";

  private final ServerProcess broker;
  private final EmbeddedStack registry;
  private final ServerProcess worker;
  private final ConnectRest connect;

  Stack(Path directory, List<Path> pluginPath) throws IOException, InterruptedException {
    this.broker =
        ServerProcess.start(
            Server.BROKER, List.of(BROKER_HEAP), directory, directory.resolve("kafka").toString());
    this.registry = EmbeddedStack.in(directory).registry().start();
    this.worker =
        ServerProcess.start(
            Server.WORKER,
            Stream.concat(Stream.of(WORKER_HEAP), Settings.workerOptions().stream()).toList(),
            directory,
            Stream.concat(Stream.of(broker.address()), pluginPath.stream().map(Path::toString))
                .toArray(String[]::new));
    this.connect = new ConnectRest(URI.create(worker.address()));
  }

  String bootstrapServers() {
    return broker.address();
  }

  String registryUrl() {
    return registry.registry().url();
  }

  ConnectRest connect() {
    return connect;
  }

  /** Processor time of the worker so far, in seconds. */
  double workerSeconds() {
    return worker.cpuSeconds();
  }

  /** Processor time of the broker so far, in seconds. */
  double brokerSeconds() {
    return broker.cpuSeconds();
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
    worker.close();
    registry.close();
    broker.close();
  }
}
