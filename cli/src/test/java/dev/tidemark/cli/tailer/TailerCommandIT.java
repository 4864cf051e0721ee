package dev.tidemark.cli.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.Tidemark;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.process.ChildJvm;
import dev.tidemark.embedded.stack.EmbeddedStack;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailerCommandIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** How a JVM exits that a SIGTERM ended in its own order. */
  private static final int SIGTERM_CODE = 128 + 15;

  @TempDir private Path directory;

  @Test
  void shouldCaptureWithOnePropertiesFile() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.in(directory).kafka().registry().start();
        SimulatedReplicaSet source = SimulatedReplicaSet.start()) {
      Path config =
          Files.writeString(
              directory.resolve("tailer.properties"),
              String.join(
                  "\n",
                  "mongodb.uri=" + source.connectionString(),
                  "kafka.bootstrap.servers=" + stack.kafka().bootstrapServers(),
                  "schema.registry.url=" + stack.registry().url(),
                  "start.position=earliest",
                  "partition.map=rs0:0",
                  "worker.listeners=http://127.0.0.1:" + freePort(),
                  "worker.config.storage.replication.factor=1",
                  "worker.offset.storage.replication.factor=1",
                  "worker.status.storage.replication.factor=1"));
      try (ChildJvm command =
          ChildJvm.start(
              "tailer",
              List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"),
              classPath(),
              Tidemark.class.getName(),
              List.of("tailer", "--config", config.toString()),
              directory.resolve("tailer.log"))) {
        assertThat(firstRecord(stack.kafka().bootstrapServers(), command)).isTrue();

        command.terminate();

        assertThat(command.awaitEnd(PATIENCE)).as(command.lastWords()).hasValue(SIGTERM_CODE);
      }
    }
  }

  private static List<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  private static boolean firstRecord(String bootstrap, ChildJvm command) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition("oplog-backup", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadline) {
        assertThat(command.isAlive()).as(command.lastWords()).isTrue();
        if (!consumer.poll(Duration.ofMillis(200)).isEmpty()) {
          return true;
        }
      }
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
