package dev.tidemark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.cli.Tidemark;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo, as somebody runs it. */
class DemoIT {

  private static final Predicate<String> DEMO = name -> name.startsWith("demo_");
  private static final Path CAPTURED =
      Path.of("..", "oplog", "src", "test", "resources", "fixtures");

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldRestoreWhatTheSourceHeldBeforeTheAccident() throws Exception {
    Path work = directory.resolve("work");
    assertThat(demo("--json", "--work-dir", work.toString())).as(err.toString()).isZero();

    JsonNode report = new ObjectMapper().readTree(out.toString());
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
    JsonNode moment = truth.path("ts");
    assertThat(materialized(work, optime(moment)).path("namespaces"))
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

      assertThat(demo("--source", source.connectionString(), "--target", target.connectionString()))
          .as(err.toString())
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
      assertThat(demo("--source", source.connectionString())).isEqualTo(2);
      assertThat(err.toString()).hasLineCount(1).contains("demo_shop exists already");
      assertThat(client.getDatabase("demo_shop").getCollection("orders").countDocuments())
          .isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crud-11", "ddl-12", "mixed-13", "tricky-14"})
  void shouldReachEveryMomentOfACapturedOplog(String name) throws Exception {
    Path captured = unpacked(CAPTURED.resolve(name + ".zip"));
    Path work = directory.resolve("work");
    assertThat(demo("--json", "--captured", captured.toString(), "--work-dir", work.toString()))
        .as(err.toString())
        .isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("verified").asBoolean()).isTrue();
    try (Stream<Path> moments = Files.list(captured.resolve("expected"))) {
      for (Path moment : moments.toList()) {
        JsonNode expected = new ObjectMapper().readTree(moment.toFile());
        JsonNode state = materialized(work, optime(expected.path("ts")));
        requireSame(expected.path("namespaces"), state.path("namespaces"));
      }
    }
  }

  /** Every field that the expectation has. */
  private static void requireSame(JsonNode expected, JsonNode state) {
    assertThat(state.properties()).hasSameSizeAs(expected.properties());
    for (var namespace : expected.properties()) {
      for (String field :
          List.of("count", "bytes", "sha256_of_sorted_raw_bson", "sha256_in_insertion_order")) {
        assertThat(state.path(namespace.getKey()).path(field))
            .as(field + " of " + namespace.getKey())
            .isEqualTo(namespace.getValue().path(field));
      }
    }
  }

  private static String optime(JsonNode ts) {
    return ts.path("t").asLong() + ":" + ts.path("i").asLong();
  }

  /** The digest of what the demo's archive alone restores. */
  private JsonNode materialized(Path work, String optime) throws IOException {
    Path result = directory.resolve("restored-" + optime.replace(':', '-'));
    String archive = "file:" + work.resolve("archive/tidemark");
    assertThat(run("materialize", "--archive", archive, "--to", optime, "--out", result.toString()))
        .as(err.toString())
        .isZero();
    out.getBuffer().setLength(0);
    assertThat(run("digest", "--dump", result.toString())).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void shouldSayInOneLineThatAPortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(demo("--port", "kafka=" + taken.getLocalPort())).isEqualTo(2);
      assertThat(err.toString())
          .hasLineCount(1)
          .contains("port " + taken.getLocalPort() + " is in use");
    }
    assertThat(childProcesses()).isEmpty();
  }

  @Test
  void shouldSayInOneLineThatANumberIsNoPort() {
    assertThat(demo("--port", "kafka=99999")).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("99999 is no port", "--port kafka");
  }

  @Test
  void shouldSayInOneLineThatTheWorkDirectoryCannotBeWritten() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(demo("--work-dir", file.resolve("below").toString())).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("cannot be written");
  }

  @Test
  void shouldSayInOneLineThatTheSourceDoesNotAnswerAndHideThePassword() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertThat(demo("--source", "mongodb://me:secret@127.0.0.1:" + free + "/?replicaSet=rs0"))
        .isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("does not answer").doesNotContain("secret");
  }

  private int demo(String... options) {
    return run(Stream.concat(Stream.of("demo"), Stream.of(options)).toArray(String[]::new));
  }

  private int run(String... args) {
    return Tidemark.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(args);
  }

  private Path unpacked(Path zip) throws IOException {
    Path captured = directory.resolve("captured");
    try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry; (entry = entries.getNextEntry()) != null; ) {
        Path file = captured.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(entries, file);
      }
    }
    return captured;
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
