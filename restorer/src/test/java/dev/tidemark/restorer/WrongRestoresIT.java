package dev.tidemark.restorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.tidemark.embedded.mongo.Faults;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.fixture.OplogFeed;
import dev.tidemark.restorer.fixture.Stack;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of requests that cannot be carried out: a failure that says what to do. */
class WrongRestoresIT {

  private static final Consumer<Faults> HEALTHY = faults -> {};

  @TempDir static Path directory;
  private static Stack stack;
  private static SimulatedReplicaSet source;
  private static SimulatedReplicaSet target;
  private static MongoClient targetClient;
  private static Restorer restorer;
  private static Optime beforeBase;
  private static Optime restorable;
  private static Optime lost;
  private static Optime behindTheGap;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start();
    source =
        SimulatedReplicaSet.start(SimulatorConfig.builder().noopInterval(Duration.ZERO).build());
    target = SimulatedReplicaSet.start();
    targetClient = MongoClients.create(target.connectionString());
    targetClient.getDatabase("taken").getCollection("users").insertOne(new Document("_id", "old"));
    Files.createDirectories(directory.resolve("archive"));
    Map<String, String> settings = stack.settings();
    settings.put("archive.url", "file:" + directory.resolve("archive"));
    settings.put("clusters.shop.uri", source.connectionString());
    settings.put("targets.staging.uri", target.connectionString());
    settings.put("targets.itself.uri", source.connectionString());
    settings.put("targets.gone.uri", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500");
    settings.put("targets.plate.directory", "/proc/restored");
    settings.put("work.directory", directory.resolve("work").toString());
    restorer = new Restorer(new RestorerConfig(settings));
    restorer.start();
    capture();
  }

  private static void capture() throws Exception {
    try (MongoClient client = MongoClients.create(source.connectionString())) {
      MongoCollection<Document> users = client.getDatabase("crm").getCollection("users");
      client.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", 1));
      users.insertOne(new Document("_id", 1));
      beforeBase = new Optime(source.newestOptime()).previous();
      stack.post("snapshot-requests", "shop", "{\"requestId\": \"base\", \"cluster\": \"shop\"}");
      assertThat(stack.awaitEnd("snapshot-status", "base", SnapshotStatus.class).getState())
          .isEqualTo(JobState.SUCCEEDED);
      users.insertOne(new Document("_id", 2));
      restorable = new Optime(source.newestOptime());
      OplogFeed feed = new OplogFeed(source, stack);
      feed.catchUp();
      users.insertOne(new Document("_id", 3));
      lost = new Optime(source.newestOptime());
      feed.lose();
      users.insertOne(new Document("_id", 4));
      behindTheGap = new Optime(source.newestOptime());
      feed.catchUp();
    }
  }

  @AfterAll
  static void stop() {
    restorer.close();
    targetClient.close();
    source.close();
    target.close();
    stack.close();
  }

  @AfterEach
  void heal() {
    target.faults().heal();
    target.faults().stepUp();
  }

  /**
   * A request that is wrong, or meets a target that is.
   *
   * @param name what is wrong
   * @param fields of the request, over those of a right one
   * @param fault what the target suffers from
   * @param code the code it is answered with
   * @param says what the reason or the remedy names
   */
  record Wrong(String name, String fields, Consumer<Faults> fault, String code, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Wrong> wrongRequests() {
    return Stream.of(
        asked("unknown target", "target: 'nobody'", "REQUEST_UNKNOWN_TARGET", "staging"),
        asked("unknown cluster", "cluster: 'nowhere'", "ARCHIVE_CLUSTER_UNKNOWN", "nowhere"),
        asked("source as target", "target: 'itself'", "TARGET_IS_SOURCE", "another deployment"),
        asked(
            "existing namespace",
            "include: ['crm'], rename: {crm: 'taken'}",
            "TARGET_NOT_EMPTY",
            "taken.users"),
        asked(
            "users under another name",
            "usersAndRoles: true, rename: {crm: 'other'}",
            "REQUEST_MALFORMED",
            "other names"),
        asked("unknown name", "rename: {'crm.usres': 'x.y'}", "REQUEST_UNKNOWN_NAMESPACE", "usres"),
        asked("unknown include", "include: ['crm.usres']", "REQUEST_UNKNOWN_NAMESPACE", "usres"),
        asked("moment in a gap", to(lost), "ARCHIVE_TARGET_UNREACHABLE", restorable.toString()),
        asked(
            "moment behind a gap",
            to(behindTheGap),
            "ARCHIVE_TARGET_UNREACHABLE",
            restorable.toString()),
        asked(
            "moment before END",
            to(beforeBase),
            "ARCHIVE_TARGET_UNREACHABLE",
            restorable.toString()),
        asked(
            "moment in the future", "to: '4000000000:1'", "ARCHIVE_TARGET_UNREACHABLE", "archive"),
        asked("no moment", "to: 'yesterday'", "ARCHIVE_TARGET_INVALID", "1705654321:7"),
        asked("unknown snapshot", "snapshotId: 'none'", "ARCHIVE_TARGET_UNREACHABLE", "none"),
        asked("wrong type", "drop: 'perhaps'", "REQUEST_MALFORMED", "drop"),
        asked("unknown field", "dorp: true", "REQUEST_MALFORMED", "dorp"),
        asked("target gone", "target: 'gone'", "TARGET_UNREACHABLE", "connection string"),
        asked("directory not writable", "target: 'plate'", "TARGET_NOT_WRITABLE", "right to write"),
        met("no primary", Faults::stepDown, "TARGET_NOT_WRITABLE", "primary"),
        met(
            "no right to say hello",
            faults -> faults.withholdRights("hello"),
            "TARGET_NOT_AUTHORIZED",
            "role"),
        met(
            "no right to update",
            faults -> faults.withholdRights("update"),
            "TARGET_NOT_AUTHORIZED",
            "role"),
        met(
            "no right to insert",
            faults -> faults.withholdRights("insert"),
            "TARGET_NOT_AUTHORIZED",
            "role"),
        met(
            "no right to create",
            faults -> faults.withholdRights("create"),
            "TARGET_NOT_AUTHORIZED",
            "role"),
        met("full", Faults::fillDisk, "TARGET_NOT_WRITABLE", "disk space"),
        met("read-only", Faults::blockWrites, "TARGET_NOT_WRITABLE", "setUserWriteBlockMode"));
  }

  private static Wrong asked(String name, String fields, String code, String says) {
    return new Wrong(name, fields, HEALTHY, code, says);
  }

  private static Wrong met(String name, Consumer<Faults> fault, String code, String says) {
    return new Wrong(name, "", fault, code, says);
  }

  private static String to(Optime optime) {
    return "to: '" + optime + "'";
  }

  @ParameterizedTest
  @MethodSource("wrongRequests")
  void shouldSayWhyAndWhatToDoAndLeaveTheTargetAsItIs(Wrong wrong) {
    wrong.fault().accept(target.faults());

    RestoreStatus status = restore(wrong.name().replace(' ', '-'), wrong.fields());

    heal();
    assertThat(status.getState()).isEqualTo(JobState.FAILED);
    assertThat(status.getFailure().getCode()).isEqualTo(wrong.code());
    assertThat(status.getFailure().getReason()).isNotBlank();
    assertThat(status.getFailure().getRemedy()).isNotBlank();
    assertThat(status.getFailure().getReason() + " " + status.getFailure().getRemedy())
        .contains(wrong.says());
    assertThat(targetClient.listDatabaseNames()).doesNotContain("shop", "crm");
    assertThat(targetClient.getDatabase("taken").getCollection("users").find())
        .containsExactly(new Document("_id", "old"));
    await().atMost(Duration.ofSeconds(20)).until(WrongRestoresIT::isTtlMonitorOn);
  }

  /** It goes on again once the failure is told. */
  private static boolean isTtlMonitorOn() {
    return targetClient
        .getDatabase("admin")
        .runCommand(new Document("getParameter", 1).append("ttlMonitorEnabled", 1))
        .getBoolean("ttlMonitorEnabled");
  }

  @Test
  void shouldTellTheRestorableRangesWhenAMomentIsNotThere() {
    RestoreStatus status = restore("ranges", to(lost));

    assertThat(status.getRestorable()).hasSize(1);
    assertThat(new Optime(status.getRestorable().get(0).getToTs())).isEqualTo(restorable);
    assertThat(new Optime(status.getRestorable().get(0).getFromTs()))
        .isGreaterThan(beforeBase)
        .isLessThanOrEqualTo(restorable);
  }

  @Test
  void shouldCarryOutTheNextRequestAfterAWrongOne() {
    assertThat(restore("right", "include: ['crm'], rename: {crm: 'right'}").getFailure()).isNull();
    targetClient.getDatabase("right").drop();
  }

  /** Posts a request with these fields over the usual ones and waits for its end. */
  private static RestoreStatus restore(String id, String fields) {
    Document request =
        new Document("cluster", "shop")
            .append("target", "staging")
            .append("to", restorable.toString())
            .append("requestId", id);
    request.putAll(Document.parse("{" + fields + "}"));
    stack.post("restore-requests", id, request.toJson());
    return stack.awaitEnd("restore-status", id, RestoreStatus.class);
  }
}
