package dev.tidemark.restorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.fixture.ArchivedOplog;
import dev.tidemark.restorer.fixture.Stack;
import dev.tidemark.restorer.fixture.UnsteadyRegistry;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.restore.ArchiveRestore;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotServiceIT {

  private static final String REQUESTS = "snapshot-requests";
  private static final String STATUSES = "snapshot-status";

  @TempDir static Path directory;
  private static Stack stack;
  private static SimulatedReplicaSet source;
  private static Restorer restorer;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start();
    source = SimulatedReplicaSet.start();
    try (MongoClient client = MongoClients.create(source.connectionString())) {
      client
          .getDatabase("shop")
          .getCollection("orders")
          .insertMany(IntStream.range(0, 1_000).mapToObj(i -> new Document("_id", i)).toList());
    }
    Files.createDirectories(directory.resolve("archive"));
    restorer = new Restorer(new RestorerConfig(settings()));
    restorer.start();
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = stack.settings();
    settings.put("archive.url", "file:" + directory.resolve("archive"));
    settings.put("clusters.shop.uri", source.connectionString());
    settings.put("snapshot.local.directory", directory.resolve("copies").toString());
    settings.put("work.directory", directory.resolve("work").toString());
    return settings;
  }

  @AfterAll
  static void stop() {
    restorer.close();
    source.close();
    stack.close();
  }

  @Test
  void shouldTakeASnapshotWhenAskedByJson() throws Exception {
    stack.post(REQUESTS, "shop", "{\"requestId\": \"s-1\", \"cluster\": \"shop\"}");

    SnapshotStatus status = awaitEnd("s-1");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status.getSummary().getDocuments()).isEqualTo(1_000);
    try (ObjectStore store =
        ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory.resolve("archive")))) {
      SnapshotManifest manifest =
          new SnapshotCatalogue(store, new ObjectKeys("shop")).load(status.getSnapshotId());
      assertThat(manifest.sets().get(0).digest().count()).isEqualTo(1_000);
    }
    assertThat(restoredFromTheCopy(status)).isEqualTo(1_000);
    assertThat(stack.latest("snapshots", status.getSnapshotId(), SnapshotSummary.class))
        .contains(status.getSummary());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> stack.lag("tidemark-restorer-snapshots", REQUESTS) == 0);
  }

  /** Documents of a restore that has nothing but the copy. */
  private static long restoredFromTheCopy(SnapshotStatus status) throws IOException {
    try (ObjectStore copies =
        ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory.resolve("copies")))) {
      return ArchiveRestore.plan(
              new ArchiveIndex(copies, ArchiveIndex.cluster(copies, Optional.empty())),
              new PlanRequest(
                  new RestoreTarget.Latest(),
                  Optional.of(status.getSnapshotId()),
                  PlanCheck.CONTENT),
              ArchiveRestore.Names.ALL,
              MergeOptions.defaults(directory))
          .toDump(directory.resolve("from-the-copy"), false, MergeListener.NONE)
          .get(0)
          .report()
          .documents();
    }
  }

  @Test
  void shouldRollTheNewestSnapshotForwardWithoutAskingTheSource() throws Exception {
    stack.post(REQUESTS, "shop", "{\"requestId\": \"y-1\", \"cluster\": \"shop\"}");
    Optime before = new Optime(awaitEnd("y-1").getSummary().getSets().get(0).getEndTs());
    try (MongoClient client = MongoClients.create(source.connectionString());
        ObjectStore store =
            ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory.resolve("archive")))) {
      client
          .getDatabase("shop")
          .getCollection("orders")
          .updateOne(new Document("_id", 1), new Document("$set", new Document("late", true)));
      List<BsonSlice> entries = new ArrayList<>();
      for (RawBsonDocument entry :
          client.getDatabase("local").getCollection("oplog.rs", RawBsonDocument.class).find()) {
        ByteBuffer raw = entry.getByteBuffer().asNIO();
        byte[] bytes = new byte[raw.remaining()];
        raw.get(bytes);
        entries.add(BsonSlice.of(bytes));
      }
      new ArchivedOplog(
              store,
              "shop",
              new ReplicaSetRef(source.setName(), source.setId()),
              directory.resolve("segments"))
          .append(entries, 500);
    }

    stack.post(
        REQUESTS,
        "shop",
        "{\"requestId\": \"y-2\", \"cluster\": \"shop\", \"kind\": \"SYNTHETIC\"}");
    SnapshotStatus status = awaitEnd("y-2");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getSummary().getKind()).isEqualTo(SnapshotKind.SYNTHETIC);
    assertThat(status.getSummary().getDocuments()).isEqualTo(1_000);
    assertThat(new Optime(status.getSummary().getSets().get(0).getEndTs()).isAfter(before))
        .isTrue();
    assertThat(stack.latest("snapshots", status.getSnapshotId(), SnapshotSummary.class))
        .contains(status.getSummary());
  }

  @Test
  void shouldAnswerWithTheStatusWhenTheSameRequestComesAgain() {
    String request = "{\"requestId\": \"s-2\", \"cluster\": \"shop\"}";
    stack.post(REQUESTS, "shop", request);
    SnapshotStatus first = awaitEnd("s-2");
    int published = stack.values(STATUSES, "s-2", SnapshotStatus.class).size();

    stack.post(REQUESTS, "shop", request);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> stack.values(STATUSES, "s-2", SnapshotStatus.class).size() > published);
    SnapshotStatus again = awaitEnd("s-2");
    assertThat(again.getSnapshotId()).isEqualTo(first.getSnapshotId());
  }

  @Test
  void shouldRefuseWhenAnIdIsUsedForAnotherRequest() {
    stack.post(REQUESTS, "shop", "{\"requestId\": \"s-3\", \"cluster\": \"shop\"}");
    SnapshotStatus first = awaitEnd("s-3");

    stack.post(
        REQUESTS, "shop", "{\"requestId\": \"s-3\", \"cluster\": \"shop\", \"maxMBps\": 5.0}");
    stack.post(REQUESTS, "shop", "{\"requestId\": \"s-3b\", \"cluster\": \"nowhere\"}");
    SnapshotStatus unknown = awaitEnd("s-3b");

    assertThat(unknown.getFailure().getCode()).isEqualTo("REQUEST_UNKNOWN_CLUSTER");
    assertThat(unknown.getFailure().getRemedy()).contains("shop");
    assertThat(awaitEnd("s-3")).isEqualTo(first);
  }

  @Test
  void shouldAnswerUnderTheIdWhenARequestIsMalformed() {
    stack.post(REQUESTS, "shop", "{\"requestId\": \"s-4\", \"cluster\": 7}");

    SnapshotStatus status = awaitEnd("s-4");

    assertThat(status.getState()).isEqualTo(JobState.FAILED);
    assertThat(status.getFailure().getCode()).isEqualTo("REQUEST_MALFORMED");
    assertThat(status.getFailure().getWhere()).startsWith(stack.named(REQUESTS));
  }

  @Test
  void shouldWaitForTheRegistryWhenItCannotTellWhatARequestIs() throws Exception {
    stack.createTopics(List.of("requests-alone", "statuses-alone"));
    SnapshotRequest request =
        SnapshotRequest.newBuilder().setRequestId("r-1").setCluster("shop").build();
    stack.post("requests-alone", "shop", request);
    try (UnsteadyRegistry registry = UnsteadyRegistry.before(stack.registryUrl())) {
      Map<String, String> settings = settings();
      settings.put("schema.registry.url", registry.url());
      settings.put("group.id", "alone");
      settings.put("topics." + REQUESTS, stack.named("requests-alone"));
      settings.put("topics." + STATUSES, stack.named("statuses-alone"));
      try (Restorer alone = new Restorer(new RestorerConfig(settings))) {
        alone.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> registry.refused() > 2);
        assertThat(stack.latest("statuses-alone", "r-1", SnapshotStatus.class)).isEmpty();

        registry.recover();

        assertThat(awaitEnd("statuses-alone", "r-1").getState()).isEqualTo(JobState.SUCCEEDED);
      }
    }
  }

  @Test
  void shouldRefuseWhenARequestIsOldAndUnknown() {
    stack.post(
        REQUESTS,
        "shop",
        "{\"requestId\": \"s-5\", \"cluster\": \"shop\", \"requestedAt\": 1600000000000}");

    assertThat(awaitEnd("s-5").getFailure().getCode()).isEqualTo("REQUEST_TOO_OLD");
  }

  @Test
  void shouldLeaveNothingBehindWhenCancelledBeforehand() {
    stack.post(
        REQUESTS, "shop", "{\"requestId\": \"s-6\", \"cluster\": \"shop\", \"cancel\": true}");
    SnapshotStatus cancelled = awaitEnd("s-6");
    stack.post(REQUESTS, "shop", "{\"requestId\": \"s-6\", \"cluster\": \"shop\"}");
    stack.post(REQUESTS, "shop", "{\"requestId\": \"s-7\", \"cluster\": \"shop\"}");
    awaitEnd("s-7");

    List<SnapshotStatus> statuses = stack.values(STATUSES, "s-6", SnapshotStatus.class);
    assertThat(cancelled.getState()).isEqualTo(JobState.CANCELLED);
    assertThat(statuses).allMatch(status -> status.getState() == JobState.CANCELLED);
  }

  private static SnapshotStatus awaitEnd(String id) {
    return awaitEnd(STATUSES, id);
  }

  private static SnapshotStatus awaitEnd(String topic, String id) {
    return stack.awaitEnd(topic, id, SnapshotStatus.class);
  }
}
