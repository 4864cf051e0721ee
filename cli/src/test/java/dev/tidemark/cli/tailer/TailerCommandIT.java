package dev.tidemark.cli.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.Tidemark;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.stack.EmbeddedStack;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class TailerCommandIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  // The worker runs until this JVM ends, and with it the broker's files stay in use.
  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  @Test
  void shouldCaptureWithOnePropertiesFile() throws IOException {
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
      StringWriter err = new StringWriter();
      Thread command =
          new Thread(
              () ->
                  Tidemark.commandLine(new PrintWriter(err, true), new PrintWriter(err, true))
                      .execute("tailer", "--config", config.toString()),
              "tailer");
      command.setDaemon(true);
      command.start();

      assertThat(firstRecord(stack.kafka().bootstrapServers(), command, err)).isTrue();
    }
  }

  private static boolean firstRecord(String bootstrap, Thread command, StringWriter err) {
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
        assertThat(command.isAlive()).as(err.toString()).isTrue();
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
