package dev.tidemark.embedded.kafka;

import dev.tidemark.embedded.process.KafkaExit;
import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.embedded.stack.StackException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka cluster of one node, broker and controller in one, in this JVM. It listens on 127.0.0.1
 * only and keeps its data in a directory, so that a second start on the same directory goes on
 * where the first one stopped.
 *
 * <p>Topics are not created by themselves. Thread-safe.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final String PART = "kafka";
  private static final String CLUSTER_ID = "VGlkZW1hcmtFbWJlZGRlZA";
  private static final int NODE_ID = 1;

  private final KafkaRaftServer server;
  private final int port;
  private boolean closed;

  private EmbeddedKafka(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /** Starts on a free port. */
  public static EmbeddedKafka start(Path directory) {
    return start(directory, Ports.ANY);
  }

  /**
   * Starts and returns once clients can connect.
   *
   * @param directory where the data lies; created if it is missing
   * @param wantedPort where clients connect, or {@link Ports#ANY}
   * @throws StackException if the port is in use or the broker does not come up
   */
  public static EmbeddedKafka start(Path directory, int wantedPort) {
    int port = Ports.resolve(PART, wantedPort);
    return start(directory, port, properties(directory, port, Ports.free(PART)));
  }

  /**
   * The same with a client port that is encrypted and asks who comes.
   *
   * @throws StackException if the broker does not come up
   */
  public static EmbeddedKafka start(Path directory, KafkaSecurity security) {
    int port = Ports.free(PART);
    int internal = Ports.free(PART);
    Properties properties = properties(directory, port, Ports.free(PART));
    properties.setProperty(
        "listeners", properties.getProperty("listeners") + ",INTERNAL://127.0.0.1:" + internal);
    properties.setProperty(
        "advertised.listeners",
        properties.getProperty("advertised.listeners") + ",INTERNAL://127.0.0.1:" + internal);
    security.apply(properties);
    return start(directory, port, properties);
  }

  private static EmbeddedKafka start(Path directory, int port, Properties properties) {
    KafkaExit.forbid();
    KafkaRaftServer server = null;
    try {
      Files.createDirectories(directory);
      format(directory);
      server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, port);
    } catch (Exception e) {
      if (server != null) {
        server.shutdown();
      }
      throw new StackException(PART, "the broker did not come up: " + e.getMessage(), e);
    }
  }

  private static void format(Path directory) throws Exception {
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(nowhere)
          .setClusterId(CLUSTER_ID)
          .setNodeId(NODE_ID)
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .run();
    }
  }

  private static Properties properties(Path directory, int port, int controllerPort) {
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", Integer.toString(NODE_ID));
    p.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    p.setProperty("controller.listener.names", "CONTROLLER");
    p.setProperty(
        "listeners", "CLIENT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.setProperty("advertised.listeners", "CLIENT://127.0.0.1:" + port);
    p.setProperty("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.setProperty("inter.broker.listener.name", "CLIENT");
    p.setProperty("log.dirs", directory.toString());
    p.setProperty("auto.create.topics.enable", "false");
    // An oplog entry may have 16 MiB and 16 KiB, and its event a little more.
    p.setProperty("message.max.bytes", Integer.toString(20 << 20));
    // One node: what would be replicated three times elsewhere has one replica here.
    p.setProperty("offsets.topic.replication.factor", "1");
    p.setProperty("offsets.topic.num.partitions", "2");
    p.setProperty("transaction.state.log.replication.factor", "1");
    p.setProperty("transaction.state.log.min.isr", "1");
    p.setProperty("transaction.state.log.num.partitions", "2");
    p.setProperty("share.coordinator.state.topic.replication.factor", "1");
    p.setProperty("share.coordinator.state.topic.min.isr", "1");
    p.setProperty("share.coordinator.state.topic.num.partitions", "1");
    p.setProperty("group.initial.rebalance.delay.ms", "0");
    // So that a test need not wait long until a worker that was killed is missed.
    p.setProperty("group.min.session.timeout.ms", "1000");
    // Memory and threads for a small machine.
    p.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    p.setProperty("num.network.threads", "2");
    p.setProperty("num.io.threads", "4");
    p.setProperty("num.recovery.threads.per.data.dir", "1");
    p.setProperty("background.threads", "2");
    return p;
  }

  /** What clients set as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Stops the broker; its data stays. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      server.shutdown();
      server.awaitShutdown();
    }
  }
}
