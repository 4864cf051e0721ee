package dev.tidemark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, as somebody runs it. */
class DemoIT {

  private static final Predicate<String> DEMO = name -> name.startsWith("demo_");

  @TempDir private Path directory;
  private TypedDemo demo;

  @BeforeEach
  void open() {
    demo = new TypedDemo(directory);
  }

  @Test
  void shouldRestoreWhatTheSourceHeldBeforeTheAccident() throws Exception {
    Path work = directory.resolve("work");
    assertThat(demo.run("--json", "--work-dir", work.toString())).as(demo.err()).isZero();

    JsonNode report = demo.report();
    assertThat(report.path("verified").asBoolean()).isTrue();
    assertThat(report.path("entries").asLong()).isGreaterThanOrEqualTo(10_000);
    assertThat(report.path("segments").asLong()).isPositive();
    assertThat(report.path("restoredNamespaces").asLong()).isGreaterThanOrEqualTo(6);
    assertThat(report.path("restoredDocuments").asLong()).isPositive();
    assertThat(report.path("rpoMillis").asLong(-1)).isNotNegative();
    assertThat(report.path("rtoMillis").asLong(-1)).isPositive();
    assertThat(report.path("captureLagMillisP99").asLong(-1)).isNotNegative();
    JsonNode truth = new ObjectMapper().readTree(work.resolve("truth.json").toFile());
    assertThat(truth.at("/ts/t").asLong() + ":" + truth.at("/ts/i").asLong())
        .isEqualTo(report.path("target").asText());
    assertThat(truth.path("namespaces").has("demo_shop.orders")).isTrue();
    assertThat(segmentFiles(work.resolve("archive"))).hasSize(report.path("segments").asInt());
    assertThat(childProcesses()).isEmpty();
    assertThat(demo.materialized(work, truth.path("ts")).path("namespaces"))
        .isEqualTo(truth.path("namespaces"));
  }

  @Test
  void shouldUseGivenServersAndLeaveOnlyWhatWasThere() throws Exception {
    try (SimulatedReplicaSet source = SimulatedReplicaSet.start();
        SimulatedReplicaSet target =
            SimulatedReplicaSet.start(SimulatorConfig.builder().setName("other").build());
        MongoClient onSource = MongoClients.create(source.connectionString());
        MongoClient onTarget = MongoClients.create(target.connectionString())) {
      onSource.getDatabase("mine").getCollection("c").insertOne(new Document("_id", 1));
      onTarget.getDatabase("mine").getCollection("c").insertOne(new Document("_id", 2));

      assertThat(
              demo.run(
                  "--source", source.connectionString(), "--target", target.connectionString()))
          .as(demo.err())
          .isZero();

      assertThat(onSource.listDatabaseNames()).contains("mine").noneMatch(DEMO);
      assertThat(onTarget.listDatabaseNames()).contains("mine").noneMatch(DEMO);
      assertThat(onTarget.getDatabase("mine").getCollection("c").find())
          .containsExactly(new Document("_id", 2));
    }
  }

  @Test
  void shouldRefuseASourceThatHoldsDatabasesWithTheDemosNames() throws Exception {
    try (SimulatedReplicaSet source = SimulatedReplicaSet.start();
        MongoClient client = MongoClients.create(source.connectionString())) {
      client.getDatabase("demo_shop").getCollection("orders").insertOne(new Document("_id", 1));
      assertThat(demo.run("--source", source.connectionString())).isEqualTo(2);
      assertThat(demo.err()).hasLineCount(1).contains("demo_shop exists already");
      assertThat(client.getDatabase("demo_shop").getCollection("orders").countDocuments())
          .isEqualTo(1);
    }
  }

  @Test
  void shouldSayInOneLineThatAPortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(demo.run("--port", "kafka=" + taken.getLocalPort())).isEqualTo(2);
      assertThat(demo.err())
          .hasLineCount(1)
          .contains("port " + taken.getLocalPort() + " is in use");
    }
    assertThat(childProcesses()).isEmpty();
  }

  @Test
  void shouldSayInOneLineThatANumberIsNoPort() {
    assertThat(demo.run("--port", "kafka=99999")).isEqualTo(2);
    assertThat(demo.err()).hasLineCount(1).contains("99999 is no port", "--port kafka");
  }

  @Test
  void shouldSayInOneLineThatTheWorkDirectoryCannotBeWritten() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(demo.run("--work-dir", file.resolve("below").toString())).isEqualTo(2);
    assertThat(demo.err()).hasLineCount(1).contains("cannot be written");
  }

  @Test
  void shouldSayInOneLineThatTheSourceDoesNotAnswerAndHideThePassword() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertThat(demo.run("--source", "mongodb://me:secret@127.0.0.1:" + free + "/?replicaSet=rs0"))
        .isEqualTo(2);
    assertThat(demo.err()).hasLineCount(1).contains("does not answer").doesNotContain("secret");
  }

  private static List<Path> segmentFiles(Path archive) throws Exception {
    try (Stream<Path> files = Files.walk(archive)) {
      return files
          .filter(f -> f.toString().endsWith(".avro") && f.toString().contains("/oplog/"))
          .toList();
    }
  }

  private static List<ProcessHandle> childProcesses() {
    return ProcessHandle.current().children().toList();
  }
}
