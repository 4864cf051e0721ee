package dev.tidemark.restorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.rights.CommandsSeen;
import dev.tidemark.embedded.mongo.rights.RolesPage;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.fixture.ArchivedOplog;
import dev.tidemark.restorer.fixture.BroughtBackBase;
import dev.tidemark.restorer.fixture.CapturedOplog;
import dev.tidemark.restorer.fixture.ExpectedState;
import dev.tidemark.restorer.fixture.Stack;
import dev.tidemark.restorer.fixture.UntoldSuccess;
import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.materialize.OplogFile;
import dev.tidemark.restorer.materialize.OplogFiles;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.ReplayTarget;
import dev.tidemark.restorer.merge.WindowLimits;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.rollforward.RollForward;
import dev.tidemark.restorer.rollforward.RollGoal;
import dev.tidemark.restorer.rollforward.RollOptions;
import dev.tidemark.restorer.rollforward.WorkObjects;
import dev.tidemark.restorer.snapshot.SnapshotRegistration;
import dev.tidemark.schemas.request.RestoreMode;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bases that were brought back, rolled forward by requests. */
class RollForwardRequestsIT {

  @TempDir static Path directory;
  private static Stack stack;
  private static Restorer restorer;
  private static CapturedOplog captured;
  private static OplogEntry newest;
  private static Optime later;
  private static Path base;
  private static SimulatedReplicaSet target;
  private static RestorerConfig config;
  private static final CommandsSeen commands = new CommandsSeen();
  private static SimulatedReplicaSet foreign;
  private static SimulatedReplicaSet live;

  @BeforeAll
  static void start() throws Exception {
    captured = CapturedOplog.unpack("ddl-12", directory);
    Optime moment = ExpectedState.read(captured.expected().get(1)).optime();
    newest =
        captured.entries().stream()
            .filter(entry -> !entry.op().equals("n") && !entry.optime().isAfter(moment))
            .reduce((earlier, last) -> last)
            .orElseThrow();
    later = ExpectedState.read(captured.expected().get(4)).optime();
    base = captured.materialize(newest.optime(), directory.resolve("base"), directory);
    target = BroughtBackBase.start(base, newest.raw(), directory);
    commands.on(target.faults());
    foreign = BroughtBackBase.start(base, another(newest), directory);
    live = BroughtBackBase.start(base, newest.raw(), directory);
    live.appendOplog(captured.entries().get(captured.entries().size() - 1).raw().toByteArray());
    archive();
    stack = Stack.start();
    Map<String, String> settings = stack.settings();
    settings.put("archive.url", "file:" + directory.resolve("archive"));
    settings.put("targets.back.uri", target.connectionString());
    settings.put("targets.foreign.uri", foreign.connectionString());
    settings.put("targets.live.uri", live.connectionString());
    settings.put("work.directory", directory.resolve("work").toString());
    config = new RestorerConfig(settings);
    restorer = new Restorer(config);
    restorer.start();
  }

  private static void archive() throws Exception {
    Files.createDirectories(directory.resolve("archive"));
    try (ObjectStore store = ObjectStores.open(archiveConfig())) {
      new ArchivedOplog(
              store, "shop", new ReplicaSetRef("rs0", target.setId()), directory.resolve("spool"))
          .append(captured.entries().stream().map(OplogEntry::raw).toList(), 500);
      new SnapshotRegistration(new ArchiveIndex(store, new ObjectKeys("shop")), Time.SYSTEM)
          .register("disk-1", "volume snap-42", Optional.empty(), newest.optime());
    }
  }

  private static ArchiveConfig archiveConfig() {
    return ArchiveConfig.ofUrl("file:" + directory.resolve("archive"));
  }

  /** What another history might have at the same optime. */
  private static BsonSlice another(OplogEntry entry) {
    BsonDocument changed = entry.raw().toRawBsonDocument().clone();
    BsonDocument other = new BsonDocument();
    changed.forEach(other::append);
    other.put("wall", new BsonDateTime(1));
    return BroughtBackBase.slice(new RawBsonDocument(other, new BsonDocumentCodec()));
  }

  @AfterAll
  static void stop() {
    restorer.close();
    target.close();
    foreign.close();
    live.close();
    stack.close();
  }

  @Test
  void shouldReachTheMomentThoughOneWorkerDiesMidwayAndOneBeforeItSaysSo() throws Exception {
    SortedMap<String, String> before = BroughtBackBase.state(target);

    RestoreStatus dry =
        rollForward("dry", "back", later.toString(), "\"dryRun\": true, \"usersAndRoles\": true");

    assertThat(dry.getFailure()).isNull();
    assertThat(dry.getPlan().getEntries()).isPositive();
    assertThat(new Optime(target.newestOptime())).isEqualTo(newest.optime());
    assertThat(BroughtBackBase.state(target)).isEqualTo(before);

    RestoreStatus there = rollForward("there", "back", newest.optime().toString(), "");

    assertThat(there.getFailure()).isNull();
    assertThat(there.getVerified()).as("nothing was looked at").isFalse();

    assertRefused(
        "unknown", "\"rename\": {\"shop.nothing\": \"shop.x\"}", "REQUEST_UNKNOWN_NAMESPACE");
    assertRefused("shown", "\"skip\": [\"" + newest.optime() + "\"]", "UNDO_BEFORE_BASE_END");
    assertThat(new Optime(target.newestOptime())).isEqualTo(newest.optime());

    beginAndDie("forward");
    assertThat(BroughtBackBase.state(target)).isNotEqualTo(before);

    endAndDie("forward");
    RestoreStatus status =
        rollForward("forward", "back", later.toString(), "\"snapshotId\": \"disk-1\"");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status.getVerified()).isTrue();
    assertThat(status.getReached().get(0).getOptime()).isEqualTo(later.toString());
    assertThat(status.getDocuments()).isPositive();
    assertThat(status.getWarnings())
        .anyMatch(warning -> warning.startsWith("Rolled forward in place from " + newest.optime()));
    Path expected = captured.materialize(later, directory.resolve("expected"), directory);
    try (SimulatedReplicaSet truth = BroughtBackBase.start(expected, newest.raw(), directory)) {
      assertThat(BroughtBackBase.state(target)).isEqualTo(BroughtBackBase.state(truth));
    }
    try (ObjectStore store = ObjectStores.open(archiveConfig())) {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                try (var left = store.list("shop/work/")) {
                  assertThat(left).isEmpty();
                }
              });
    }

    RolesPage page = RolesPage.read(Path.of("..", "docs", "mongodb-roles.md"));
    Predicate<String> restores = application -> application.startsWith("tidemark-restore");
    assertThat(commands.lacking(page, List.of("tidemarkRestore", "tidemarkRollForward"), restores))
        .isEmpty();

    RestoreStatus again = rollForward("again", "back", "latest", "");

    assertThat(again.getFailure().getCode()).isEqualTo("ROLL_FORWARD_BASE_MISMATCH");
  }

  /** What a worker leaves that dies in the middle, with nothing on this machine. */
  private static void beginAndDie(String request) throws Exception {
    Path local = Files.createDirectory(directory.resolve("dead-worker"));
    int[] windows = {0};
    MergeListener dying =
        new MergeListener() {
          @Override
          public void onWritten(long documents, long bytes) {
            if (++windows[0] == 3) {
              throw new IllegalStateException("the worker died here");
            }
          }
        };
    DeploymentAddress address =
        new DeploymentAddress("back", new ConnectionString(target.connectionString()));
    LeaseTerms terms = new LeaseTerms(Duration.ofSeconds(30), Duration.ofSeconds(30));
    try (ObjectStore store = ObjectStores.open(archiveConfig());
        Deployment deployment = Deployment.open(address, "dead");
        TargetLease lease =
            new MongoLeases(deployment, terms, Time.SYSTEM).take("dead", request, () -> false)) {
      RollForward begun =
          new RollForward(
              deployment,
              lease,
              request,
              new WorkObjects(store, new ObjectKeys("shop"), request),
              new RollGoal(
                  OplogFiles.of(
                      List.of(new OplogFile("oplog", () -> Dumps.documents(captured.oplog())))),
                  ReplayTarget.ofReplicaSet(later),
                  namespace ->
                      namespace.startsWith("tidemark.") || namespace.startsWith("admin.system.")
                          ? Optional.empty()
                          : Optional.of(namespace)),
              new RollOptions(
                  new MergeOptions(1, 1 << 20, local),
                  new WindowLimits(30, 100_000, 30),
                  1,
                  10,
                  false),
              dying);
      assertThatThrownBy(() -> begun.run(newest.optime(), (count, built) -> {}))
          .hasMessage("the worker died here");
    }
  }

  /** What a worker leaves that dies when everything is done and nobody knows it. */
  private static void endAndDie(String request) throws Exception {
    try (ObjectStore store = ObjectStores.open(archiveConfig())) {
      UntoldSuccess.of(
          RestoreRequest.newBuilder()
              .setRequestId(request)
              .setCluster("shop")
              .setTarget("back")
              .setTo(later.toString())
              .setMode(RestoreMode.ROLL_FORWARD)
              .setSnapshotId("disk-1")
              .build(),
          config,
          store,
          stack.registry());
    }
  }

  @Test
  void shouldLeaveTheTargetAloneWhenItsNewestEntryIsNotTheArchives() {
    RestoreStatus status = rollForward("other", "foreign", "latest", "");

    assertThat(status.getState()).isEqualTo(JobState.FAILED);
    assertThat(status.getFailure().getCode()).isEqualTo("ROLL_FORWARD_BASE_MISMATCH");
    assertThat(status.getFailure().getReason()).contains(newest.optime().toString());
    assertUntouched(foreign, newest.optime());
  }

  @Test
  void shouldRefuseTheSourceItself() throws Exception {
    RestoreStatus status = rollForward("source", "live", "latest", "");

    assertThat(status.getFailure().getCode()).isEqualTo("TARGET_IS_SOURCE");
    assertUntouched(live, captured.entries().get(captured.entries().size() - 1).optime());
  }

  private static void assertRefused(String id, String wish, String code) {
    RestoreStatus status = rollForward(id, "back", later.toString(), wish + ", \"dryRun\": true");
    assertThat(status.getFailure().getCode()).isEqualTo(code);
  }

  private static void assertUntouched(SimulatedReplicaSet set, Optime before) {
    assertThat(new Optime(set.newestOptime())).isEqualTo(before);
    try (MongoClient client = MongoClients.create(set.connectionString())) {
      assertThat(client.listDatabaseNames()).doesNotContain("tidemark");
    }
  }

  private static RestoreStatus rollForward(String id, String alias, String to, String fields) {
    Document request =
        new Document("requestId", id)
            .append("cluster", "shop")
            .append("target", alias)
            .append("to", to)
            .append("mode", "ROLL_FORWARD");
    request.putAll(Document.parse("{" + fields + "}"));
    stack.post("restore-requests", alias, request.toJson());
    return stack.awaitEnd("restore-status", id, RestoreStatus.class);
  }
}
