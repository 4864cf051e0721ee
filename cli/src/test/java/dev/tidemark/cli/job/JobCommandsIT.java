package dev.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.cli.Tidemark;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.stack.EmbeddedStack;
import dev.tidemark.restorer.Restorer;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.schemas.topic.TopicNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobCommandsIT {

  @TempDir static Path directory;
  private static EmbeddedStack stack;
  private static SimulatedReplicaSet source;
  private static SimulatedReplicaSet target;
  private static Restorer restorer;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    // Where the embedded module's build leaves it; the packaged command has it beside its jars.
    System.setProperty(
        "tidemark.registry.home", Path.of("..", "embedded", "target", "registry").toString());
    stack = EmbeddedStack.in(directory.resolve("stack")).kafka().registry().start();
    TopicNames names = TopicNames.DEFAULT;
    List<NewTopic> topics = new ArrayList<>();
    for (String name :
        List.of(
            names.oplogBackup(),
            names.oplogSegments(),
            names.snapshots(),
            names.snapshotRequests(),
            names.snapshotStatus(),
            names.restoreRequests(),
            names.restoreStatus(),
            names.drillRequests(),
            names.drillStatus(),
            names.drillResults())) {
      topics.add(new NewTopic(name, 1, (short) 1));
    }
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
      admin.createTopics(topics).all().get();
    }
    source = SimulatedReplicaSet.start();
    target = SimulatedReplicaSet.start();
    try (MongoClient client = MongoClients.create(source.connectionString())) {
      client.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", 1));
    }
    Files.createDirectories(directory.resolve("archive"));
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", stack.kafka().bootstrapServers());
    settings.put("schema.registry.url", stack.registry().url());
    settings.put("archive.url", "file:" + directory.resolve("archive"));
    settings.put("clusters.shop.uri", source.connectionString());
    settings.put("targets.staging.uri", target.connectionString());
    settings.put("targets.disk.directory", directory.resolve("restored").toString());
    settings.put("drill.patience.ms", "1000");
    // No tailer runs here: nothing is to be waited for.
    settings.put("restore.latest.wait.ms", "0");
    settings.put("work.directory", directory.resolve("work").toString());
    restorer = new Restorer(new RestorerConfig(settings));
    restorer.start();
  }

  @AfterAll
  static void stop() {
    restorer.close();
    source.close();
    target.close();
    stack.close();
  }

  @Test
  void shouldFollowASnapshotAndARestoreOfItWhenAskedOnTheCommandLine() {
    assertThat(run("snapshot", "--cluster", "shop", "--id", "s-1")).isEqualTo(ExitCodes.OK);
    String end = endOf("s-1");

    int restored =
        run("restore", "--cluster", "shop", "--target", "staging", "--to", end, "--id", "r-1");

    assertThat(restored).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("shop.orders", "verified");
    try (MongoClient client = MongoClients.create(target.connectionString())) {
      assertThat(client.getDatabase("shop").getCollection("orders").find())
          .containsExactly(new Document("_id", 1));
    }
    assertThat(run("cancel", "r-1")).isEqualTo(ExitCodes.NEGATIVE);
    assertThat(out.toString()).contains("over already");
  }

  @Test
  void shouldTellCodeAndRemedyWhenARestoreFails() {
    int code =
        run(
            "restore",
            "--cluster",
            "shop",
            "--target",
            "nobody",
            "--to",
            "latest",
            "--id",
            "r-2",
            "--json");

    assertThat(code).isEqualTo(ExitCodes.NEGATIVE);
    Document status = Document.parse(out.toString());
    assertThat(status.getString("state")).isEqualTo("FAILED");
    assertThat(status.get("failure", Document.class).getString("code"))
        .isEqualTo("REQUEST_UNKNOWN_TARGET");
    assertThat(err.toString()).contains("remedy: Known targets: disk, staging");
  }

  @Test
  void shouldHoldADrillOfTheNewestBackup() throws IOException {
    assertThat(run("snapshot", "--cluster", "shop")).as(err.toString()).isEqualTo(ExitCodes.OK);
    out.getBuffer().setLength(0);

    int code = run("drill", "--cluster", "shop", "--target", "disk", "--backup", "--json");

    assertThat(code).as(err.toString()).isEqualTo(ExitCodes.OK);
    Document result = Document.parse(out.toString());
    assertThat(result.getBoolean("success")).isTrue();
    assertThat(result.getString("mode")).isEqualTo("NEWEST_BACKUP");
    assertThat(result.get("documents", Number.class).longValue()).isEqualTo(1);
    assertThat(result.get("stepMillis", Document.class).keySet())
        .containsExactlyInAnyOrder("restore", "verify", "clean-up");
    try (Stream<Path> left = Files.list(directory.resolve("restored"))) {
      assertThat(left.filter(Files::isDirectory)).isEmpty();
    }
  }

  @Test
  void shouldTellWhyADrillFailedAndLeaveNothingBehind() {
    // No tailer runs here: what the drill writes never arrives.
    int code = run("drill", "--cluster", "shop", "--target", "staging", "--json", "--id", "d-1");

    assertThat(code).isEqualTo(ExitCodes.NEGATIVE);
    Document result = Document.parse(out.toString());
    assertThat(result.getBoolean("success")).isFalse();
    assertThat(result.get("failure", Document.class).getString("code"))
        .isEqualTo("DRILL_NOT_CAPTURED");
    assertThat(err.toString()).contains("remedy: See whether the tailer");
    try (MongoClient client = MongoClients.create(source.connectionString())) {
      assertThat(client.listDatabaseNames()).noneMatch(name -> name.startsWith("tidemark_drill"));
    }
    out.getBuffer().setLength(0);
    assertThat(run("status", "d-1")).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("FAILED", "DRILL_NOT_CAPTURED");
  }

  @Test
  void shouldRefuseADrillWithoutATarget() {
    assertThat(run("drill", "--cluster", "shop")).isEqualTo(ExitCodes.UNUSABLE);
    assertThat(err.toString()).contains("--target");
  }

  @Test
  void shouldSaySoWhenNothingIsKnownOfARequest() {
    assertThat(run("status", "nothing")).isEqualTo(ExitCodes.NEGATIVE);
    assertThat(out.toString()).contains("Nothing is known of request nothing");
  }

  /** The END of a snapshot: the only moment that it serves without any segment. */
  private String endOf(String requestId) {
    out.getBuffer().setLength(0);
    assertThat(run("status", requestId, "--json")).isEqualTo(ExitCodes.OK);
    Document set =
        Document.parse(out.toString())
            .getList("snapshots", Document.class)
            .get(0)
            .get("summary", Document.class)
            .getList("sets", Document.class)
            .get(0);
    out.getBuffer().setLength(0);
    long end = set.get("endTs", Number.class).longValue();
    return (end >>> 32) + ":" + (end & 0xFFFFFFFFL);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--bootstrap-servers");
    all.add(stack.kafka().bootstrapServers());
    all.add("--schema-registry");
    all.add(stack.registry().url());
    return Tidemark.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(all.toArray(new String[0]));
  }
}
