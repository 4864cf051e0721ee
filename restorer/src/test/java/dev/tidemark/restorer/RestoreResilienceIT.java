package dev.tidemark.restorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.embedded.mongo.HeldCommand;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.mongo.command.ServedCommand;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.fixture.OplogFeed;
import dev.tidemark.restorer.fixture.RandomWrites;
import dev.tidemark.restorer.fixture.ServerState;
import dev.tidemark.restorer.fixture.Stack;
import dev.tidemark.restorer.fixture.WorkerProcess;
import dev.tidemark.restorer.fixture.WriteWitness;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import org.awaitility.core.ConditionFactory;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restores of random states while workers are killed and paused and the target goes away. {@code
 * -Dtidemark.test.moments}, {@code -Dtidemark.test.kills} and {@code -Dtidemark.test.seed} say how
 * many and which.
 */
class RestoreResilienceIT {

  private static final int MOMENTS = Integer.getInteger("tidemark.test.moments", 5);
  private static final int KILLS = Integer.getInteger("tidemark.test.kills", 1);
  private static final long SEED =
      Long.getLong("tidemark.test.seed", new Random().nextInt(Integer.MAX_VALUE));
  private static final int RECORDED = 8;
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static final Random RANDOM = new Random(SEED);
  private static final List<Recorded> MOMENTS_KNOWN = new ArrayList<>();
  private static Stack stack;
  private static SimulatedReplicaSet source;
  private static SimulatedReplicaSet target;
  private static SimulatedReplicaSet otherTarget;
  private static MongoClient targetClient;
  private WriteWitness witness;

  private record Recorded(Optime optime, SortedMap<String, String> state) {}

  @BeforeAll
  static void recordAWorkload() throws Exception {
    stack = Stack.start();
    source =
        SimulatedReplicaSet.start(SimulatorConfig.builder().noopInterval(Duration.ZERO).build());
    target = SimulatedReplicaSet.start();
    otherTarget = SimulatedReplicaSet.start();
    targetClient = MongoClients.create(target.connectionString());
    Files.createDirectories(directory.resolve("archive"));
    try (MongoClient client = MongoClients.create(source.connectionString());
        Restorer worker = worker("snapshots")) {
      RandomWrites writes = new RandomWrites(client, RANDOM);
      writes.begin();
      worker.start();
      stack.post("snapshot-requests", "shop", "{\"requestId\": \"base\", \"cluster\": \"shop\"}");
      SnapshotStatus base =
          await()
              .atMost(SOON)
              .until(
                  () -> {
                    // Beside the snapshot, so that its base is fuzzy.
                    writes.run(50);
                    return stack.latest("snapshot-status", "base", SnapshotStatus.class);
                  },
                  status -> status.isPresent() && Stack.isOver(status.get()))
              .orElseThrow();
      assertThat(base.getFailure()).isNull();
      for (int i = 0; i < RECORDED; i++) {
        writes.run(60 + RANDOM.nextInt(60));
        MOMENTS_KNOWN.add(
            new Recorded(
                new Optime(source.newestOptime()), ServerState.of(client, RandomWrites.DATABASES)));
      }
      new OplogFeed(source, stack).catchUp();
    }
  }

  @AfterAll
  static void stop() {
    targetClient.close();
    source.close();
    target.close();
    otherTarget.close();
    stack.close();
  }

  @BeforeEach
  void watch() {
    clear();
    witness = WriteWitness.of(target);
  }

  @AfterEach
  void heal() {
    target.faults().heal();
  }

  /** What a restore to another moment left and this one does not replace. */
  private static void clear() {
    RandomWrites.DATABASES.forEach(database -> targetClient.getDatabase(database).drop());
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(stack.settings());
    settings.put("archive.url", "file:" + directory.resolve("archive"));
    settings.put("clusters.shop.uri", source.connectionString());
    settings.put("targets.staging.uri", target.connectionString());
    settings.put("targets.other.uri", otherTarget.connectionString());
    settings.put("work.directory", directory.resolve("work").toString());
    settings.put("snapshot.range.bytes", Integer.toString(1 << 20));
    settings.put("restore.parallelism", "1");
    settings.put("lease.ms", "3000");
    settings.put("session.timeout.ms", "3000");
    settings.put("heartbeat.interval.ms", "500");
    return settings;
  }

  private static Restorer worker(String id) {
    return worker(id, Map.of());
  }

  private static Restorer worker(String id, Map<String, String> overrides) {
    Map<String, String> settings = settings();
    settings.put("worker.id", id);
    settings.putAll(overrides);
    return new Restorer(new RestorerConfig(settings));
  }

  private static WorkerProcess process(String id) {
    return WorkerProcess.start(id, settings(), directory);
  }

  private static Recorded anyMoment() {
    return MOMENTS_KNOWN.get(RANDOM.nextInt(RECORDED));
  }

  @Test
  void shouldRestoreWhatWasThereAtAnyMoment() {
    try (Restorer worker = worker("moments")) {
      worker.start();
      for (int i = 0; i < MOMENTS; i++) {
        Recorded moment = anyMoment();
        String to =
            RANDOM.nextBoolean()
                ? moment.optime().toString()
                : "before " + moment.optime().next().toString();
        clear();
        post("moment-" + i, "staging", to);
        assertRestored(awaitEnd("moment-" + i), moment);
      }
    }
  }

  @Test
  void shouldGoOnFromTheCheckpointWhenWorkersAreKilled() throws Exception {
    Recorded moment = anyMoment();
    post("killed", "staging", moment.optime().toString());
    int epoch = 0;
    for (; epoch < KILLS; epoch++) {
      int step = RANDOM.nextInt(25);
      killAt("killed", epoch, command -> isRestore(command), step);
    }
    killAt("killed", epoch, command -> isRestore(command) && command.is("createIndexes"), 0);
    try (WorkerProcess last = process("killed-last")) {
      RestoreStatus status = awaitEnd("killed");

      assertRestored(status, moment);
      assertThat(status.getWorker()).isEqualTo("killed-last");
      assertOneWriterAtATime();
      String lastWriter = witness.turns().get(witness.turns().size() - 1);
      assertThat(witness.writesOf(lastWriter))
          .as("everything was loaded before the last worker began, seed %d", SEED)
          .isNotEmpty()
          .noneMatch(write -> write.is("insert") || write.is("update") || write.is("drop"))
          .anyMatch(write -> write.is("createIndexes"));
    }
  }

  private static boolean isRestore(ServedCommand command) {
    return command.application().startsWith("tidemark-restore/");
  }

  /** Starts a worker and kills it while the target is about to carry a command of it out. */
  private static void killAt(
      String request, int number, java.util.function.Predicate<ServedCommand> wanted, int passed)
      throws Exception {
    try (HeldCommand held = target.faults().hold(wanted, passed);
        WorkerProcess worker = process(request + "-" + number)) {
      boolean reached = held.awaitReached(SOON);
      assertThat(reached)
          .as("command %d of worker %d, seed %d: %s", passed, number, SEED, worker.said())
          .isTrue();
      worker.kill();
    }
  }

  @Test
  void shouldWriteNothingMoreWhenAPausedWorkerWakesUpAfterItsExpiry() throws Exception {
    Recorded moment = anyMoment();
    try (WorkerProcess paused = process("paused")) {
      try (HeldCommand held = target.faults().hold(this::isLoad, 0)) {
        post("paused", "staging", moment.optime().toString());
        assertThat(held.awaitReached(SOON)).isTrue();
        // Its only batch is with the target, so that it is stopped before it looks at its lease.
        paused.pause();
      }
      try (Restorer successor = worker("successor")) {
        successor.start();
        RestoreStatus status = awaitEnd("paused");
        assertRestored(status, moment);
        assertThat(status.getWorker()).isEqualTo("successor");

        paused.wakeUp();

        soon()
            .untilAsserted(
                () ->
                    assertThat(paused.said())
                        .contains("was ended or taken over by another worker"));
        assertOneWriterAtATime();
        assertThat(witness.writers()).hasSize(2);
        assertThat(stack.latest("restore-status", "paused", RestoreStatus.class))
            .as("the woken worker put nothing over the final status")
            .contains(status);
        assertThat(ServerState.of(targetClient, RandomWrites.DATABASES)).isEqualTo(moment.state());
      }
    }
  }

  private boolean isLoad(ServedCommand command) {
    return isRestore(command) && command.is("insert") && command.collection().equals("large");
  }

  @Test
  void shouldShareRequestsAndKeepTheirPlacesWhenThereAreTwoWorkers() throws Exception {
    Recorded moment = anyMoment();
    Recorded other = anyMoment();
    try (Restorer one = impatientWorker("one");
        Restorer two = impatientWorker("two")) {
      one.start();
      two.start();
      soon().until(() -> stack.members("tidemark-restorer-restores") == 2);
      try (HeldCommand held = target.faults().hold(this::isLoad, 0)) {
        post("shared-1", "staging", moment.optime().toString());
        assertThat(held.awaitReached(SOON)).isTrue();
        post("shared-2", "other", other.optime().toString());
        post("shared-3", "staging", moment.optime().toString());
        long held3Seconds = System.nanoTime();

        // Longer than a consumer may go without a poll.
        soon().until(() -> System.nanoTime() - held3Seconds > Duration.ofSeconds(3).toNanos());

        assertThat(stack.members("tidemark-restorer-restores")).isEqualTo(2);
        assertThat(stack.lag("tidemark-restorer-restores", "restore-requests"))
            .as("requests that are not over")
            .isEqualTo(3 - over("shared-1", "shared-2", "shared-3"));
      }
      assertThat(awaitEnd("shared-1").getFailure()).isNull();
      assertThat(awaitEnd("shared-2").getFailure()).isNull();
      assertRestored(awaitEnd("shared-3"), moment);
      assertOneWriterAtATime();
      assertThat(witness.turns())
          .as("each restore of the target was carried out once")
          .extracting(writer -> writer.split("/")[1])
          .containsExactly("shared-1", "shared-3");
      soon().until(() -> stack.lag("tidemark-restorer-restores", "restore-requests") == 0);
    }
  }

  private static Restorer impatientWorker(String id) {
    Map<String, String> settings = settings();
    settings.put("worker.id", id);
    settings.put("max.poll.interval.ms", "2000");
    return new Restorer(new RestorerConfig(settings));
  }

  private static long over(String... ids) {
    return java.util.Arrays.stream(ids)
        .flatMap(id -> stack.latest("restore-status", id, RestoreStatus.class).stream())
        .filter(Stack::isOver)
        .count();
  }

  @Test
  void shouldGoOnWhenTheTargetIsAwayForALittleAndForLongerThanTheLease() throws Exception {
    Recorded moment = anyMoment();
    try (Restorer worker = worker("away")) {
      worker.start();
      try (HeldCommand held = target.faults().hold(this::isLoad, 0)) {
        post("away", "staging", moment.optime().toString());
        assertThat(held.awaitReached(SOON)).isTrue();
        target.faults().dropConnections();
      }
      soon().until(() -> !witness.writes().isEmpty());
      try (HeldCommand held = target.faults().hold(c -> isRestore(c) && c.is("update"), 0)) {
        assertThat(held.awaitReached(SOON)).isTrue();
        target.faults().stepDown();
        target.faults().dropConnections();
      }
      long began = System.nanoTime();
      soon().until(() -> System.nanoTime() - began > Duration.ofSeconds(4).toNanos());

      target.faults().stepUp();

      assertRestored(awaitEnd("away"), moment);
      assertOneWriterAtATime();
      assertThat(witness.writers()).hasSizeGreaterThan(1);
    }
  }

  @Test
  void shouldFailWhenTheTargetStaysAwayForLongerThanARestoreWaits() throws Exception {
    try (Restorer worker = worker("patient", Map.of("lease.patience.ms", "2000"))) {
      worker.start();
      try (HeldCommand held = target.faults().hold(this::isLoad, 0)) {
        post("stays-away", "staging", anyMoment().optime().toString());
        assertThat(held.awaitReached(SOON)).isTrue();
        target.faults().stepDown();
        target.faults().dropConnections();
      }

      RestoreStatus status = awaitEnd("stays-away");

      assertThat(status.getState()).isEqualTo(JobState.FAILED);
      assertThat(status.getFailure().getCode()).startsWith("TARGET_");
    } finally {
      target.faults().stepUp();
    }
  }

  private void assertOneWriterAtATime() {
    assertThat(witness.turns())
        .as("nobody who had lost the target wrote again")
        .doesNotHaveDuplicates();
  }

  private static void assertRestored(RestoreStatus status, Recorded moment) {
    assertThat(status.getFailure()).as("seed %d", SEED).isNull();
    assertThat(status.getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status.getVerified()).isTrue();
    assertThat(status.getReached().get(0).getOptime()).isEqualTo(moment.optime().toString());
    assertThat(ServerState.of(targetClient, RandomWrites.DATABASES))
        .as("state at %s, seed %d", moment.optime(), SEED)
        .isEqualTo(moment.state());
  }

  private static void post(String id, String alias, String to) {
    stack.post(
        "restore-requests",
        id,
        new Document("requestId", id)
            .append("cluster", "shop")
            .append("target", alias)
            .append("to", to)
            .append("drop", true)
            .toJson());
  }

  private static RestoreStatus awaitEnd(String id) {
    return stack.awaitEnd("restore-status", id, RestoreStatus.class);
  }

  private static ConditionFactory soon() {
    return await().atMost(SOON).pollInterval(Duration.ofMillis(100));
  }
}
