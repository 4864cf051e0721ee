package dev.tidemark.cli.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.Tidemark;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.process.ChildJvm;
import dev.tidemark.embedded.stack.EmbeddedStack;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailerCommandIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration POLL = Duration.ofMillis(200);

  /** How a JVM exits that a SIGTERM ended in its own order. */
  private static final int SIGTERM_CODE = 128 + 15;

  @TempDir private Path directory;

  @Test
  void shouldCaptureWithOnePropertiesFileAndShareTheSetsOfSeveralProcesses() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.in(directory).kafka().registry().start();
        SimulatedReplicaSet source = SimulatedReplicaSet.start();
        SimulatedReplicaSet other =
            SimulatedReplicaSet.start(SimulatorConfig.builder().setName("rs1").build())) {
      String bootstrap = stack.kafka().bootstrapServers();
      Path config =
          Files.writeString(
              directory.resolve("tailer.properties"),
              String.join(
                  "\n",
                  "mongodb.uri=" + source.connectionString() + " " + other.connectionString(),
                  "kafka.bootstrap.servers=" + bootstrap,
                  // Nobody asks for it here; it must stay where it is all the same.
                  "kafka.sasl.jaas.config=some.Module required password=hunter2;",
                  "schema.registry.url=" + stack.registry().url(),
                  "start.position=earliest",
                  "partition.map=rs0:0,rs1:1",
                  "worker.scheduled.rebalance.max.delay.ms=0",
                  "worker.config.storage.replication.factor=1",
                  "worker.offset.storage.replication.factor=1",
                  "worker.status.storage.replication.factor=1"));
      String first = "http://127.0.0.1:" + freePort();
      String second = "http://127.0.0.1:" + freePort();
      try (ChildJvm one = start(config, first);
          ChildJvm two = start(config, second);
          EventTail events = new EventTail(bootstrap)) {
        awaitWorkers(second, two, first, second);
        events.awaitMore(two, 0);
        events.awaitMore(two, 1);
        assertThat(get(first, "/connectors/oplog/config"))
            .contains(":kafka.sasl.jaas.config}")
            .doesNotContain("hunter2");

        one.terminate();
        assertThat(one.awaitEnd(PATIENCE)).as(one.lastWords()).hasValue(SIGTERM_CODE);
        awaitWorkers(second, two, second);
        events.toEnd();
        events.awaitMore(two, 0);
        events.awaitMore(two, 1);
      }
    }
  }

  private ChildJvm start(Path config, String listener) {
    return ChildJvm.start(
        "tailer",
        Map.of("TIDEMARK_TAILER_WORKER_LISTENERS", listener),
        List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"),
        classPath(),
        Tidemark.class.getName(),
        List.of("tailer", "--config", config.toString()),
        directory.resolve("tailer-" + URI.create(listener).getPort() + ".log"));
  }

  /** What a worker says. */
  private static String get(String worker, String path) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(worker + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException(answer.toString());
    }
    return answer.body();
  }

  /** Waits until both tasks run, on just these workers. */
  private static void awaitWorkers(String asked, ChildJvm process, String... workers)
      throws InterruptedException {
    Set<String> wanted =
        Stream.of(workers).map(URI::create).map(URI::getAuthority).collect(Collectors.toSet());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String status = "";
    while (System.nanoTime() < deadline) {
      assertThat(process.isAlive()).as(process.lastWords()).isTrue();
      try {
        status = get(asked, "/connectors/oplog/status");
        List<Document> tasks = Document.parse(status).getList("tasks", Document.class, List.of());
        if (tasks.size() == 2
            && tasks.stream().allMatch(task -> task.getString("state").equals("RUNNING"))
            && tasks.stream()
                .map(task -> task.getString("worker_id"))
                .collect(Collectors.toSet())
                .equals(wanted)) {
          return;
        }
      } catch (IOException e) {
        // It is not up yet.
        status = e.toString();
      }
      Thread.sleep(POLL.toMillis());
    }
    throw new AssertionError(status + process.lastWords());
  }

  private static List<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** What is added to the two partitions that the sets go to. */
  private static final class EventTail implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions =
        List.of(new TopicPartition("oplog-backup", 0), new TopicPartition("oplog-backup", 1));

    EventTail(String bootstrap) {
      consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }

    void toEnd() {
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
    }

    void awaitMore(ChildJvm process, int partition) {
      TopicPartition wanted = partitions.get(partition);
      long from = consumer.position(wanted);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(wanted) == from) {
        assertThat(process.isAlive()).as(process.lastWords()).isTrue();
        assertThat(System.nanoTime()).as(process.lastWords()).isLessThan(deadline);
        consumer.poll(POLL);
      }
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
