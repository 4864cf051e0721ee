package dev.tidemark.restorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.embedded.mongo.HeldCollection;
import dev.tidemark.embedded.mongo.HeldCommand;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.fixture.ArchivedOplog;
import dev.tidemark.restorer.fixture.BroughtBackBase;
import dev.tidemark.restorer.fixture.OplogFeed;
import dev.tidemark.restorer.fixture.RandomWrites;
import dev.tidemark.restorer.fixture.ServerState;
import dev.tidemark.restorer.fixture.ShardedWrites;
import dev.tidemark.restorer.fixture.Stack;
import dev.tidemark.restorer.fixture.WriteWitness;
import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoredNamespace;
import dev.tidemark.schemas.status.SetOptime;
import dev.tidemark.schemas.status.SkippedOperations;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores of a cluster of two replica sets into the shards of another one. */
class RestoreClusterIT {

  private static final List<String> DATABASES = List.of("shop", "crm", "bank");

  @TempDir static Path directory;
  private static Stack stack;
  private static SimulatedReplicaSet sourceA;
  private static SimulatedReplicaSet sourceB;
  private static SimulatedReplicaSet targetA;
  private static SimulatedReplicaSet targetB;
  private static SimulatedReplicaSet backA;
  private static SimulatedReplicaSet backB;
  private static Restorer restorer;
  private static Optime quiet;
  private static SortedMap<String, String> quietA;
  private static SortedMap<String, String> quietB;
  private static Optime emptying;
  private static Optime insideOnA;
  private static Optime halfCommitted;
  private static Optime undecided;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start();
    sourceA = set("rs-a");
    sourceB = set("rs-b");
    targetA = set("other-a");
    targetB = set("other-b");
    Files.createDirectories(directory.resolve("archive"));
    try (MongoClient a = MongoClients.create(sourceA.connectionString());
        MongoClient b = MongoClients.create(sourceB.connectionString())) {
      RandomWrites writesA = new RandomWrites(a, new Random(1));
      RandomWrites writesB = new RandomWrites(b, new Random(2));
      begin(a, b, writesA, writesB);
      backA = broughtBack(a);
      backB = broughtBack(b);
      restorer = new Restorer(new RestorerConfig(settings()));
      restorer.start();
      workload(a, b, writesA, writesB);
    }
  }

  /** What a copy of its disk would bring back. */
  private static SimulatedReplicaSet broughtBack(MongoClient source) throws IOException {
    BsonSlice newest =
        entries(source).stream()
            .filter(entry -> !OplogEntry.read(entry).op().equals("n"))
            .reduce((earlier, last) -> last)
            .orElseThrow();
    List<HeldCollection> held = new ArrayList<>();
    DATABASES.forEach(database -> held.addAll(BroughtBackBase.held(source, database)));
    held.addAll(BroughtBackBase.held(source, "admin"));
    return BroughtBackBase.startWith(held, newest, directory);
  }

  private static List<BsonSlice> entries(MongoClient source) {
    return source
        .getDatabase("local")
        .getCollection("oplog.rs", RawBsonDocument.class)
        .find()
        .map(BroughtBackBase::slice)
        .into(new ArrayList<>());
  }

  private static void archive(SimulatedReplicaSet source, String name) throws IOException {
    ArchiveConfig config = ArchiveConfig.ofUrl("file:" + directory.resolve("archive"));
    try (ObjectStore store = ObjectStores.open(config);
        MongoClient client = MongoClients.create(source.connectionString())) {
      ReplicaSetRef set = new ReplicaSetRef(name, source.setId());
      new ArchivedOplog(store, "archived", set, directory.resolve("spool"))
          .append(entries(client), 500);
    }
  }

  private static SimulatedReplicaSet set(String name) throws IOException {
    return SimulatedReplicaSet.start(
        SimulatorConfig.builder().setName(name).noopInterval(Duration.ZERO).build());
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = stack.settings();
    settings.put("archive.url", "file:" + directory.resolve("archive"));
    settings.put("clusters.bank.shards.rs-a.uri", sourceA.connectionString());
    settings.put("clusters.bank.shards.rs-b.uri", sourceB.connectionString());
    settings.put("targets.twin.shards.rs-a.uri", targetA.connectionString());
    settings.put("targets.twin.shards.rs-b.uri", targetB.connectionString());
    settings.put("targets.half.shards.rs-a.uri", targetA.connectionString());
    settings.put("targets.alone.uri", targetA.connectionString());
    settings.put("targets.crossed.shards.rs-a.uri", sourceB.connectionString());
    settings.put("targets.crossed.shards.rs-b.uri", targetB.connectionString());
    settings.put("targets.back.shards.rs-a.uri", backA.connectionString());
    settings.put("targets.back.shards.rs-b.uri", backB.connectionString());
    settings.put("targets.disk.directory", directory.resolve("restored").toString());
    settings.put("work.directory", directory.resolve("work").toString());
    settings.put("restore.latest.wait.ms", "2000");
    settings.put("lease.ms", "3000");
    // No more of a topic than has to be read comes along by chance.
    settings.put("max.poll.records", "1");
    return settings;
  }

  private static void begin(
      MongoClient a, MongoClient b, RandomWrites writesA, RandomWrites writesB) {
    writesA.begin();
    writesB.begin();
    a.getDatabase("bank").getCollection("accounts").insertOne(new Document("_id", "a"));
    b.getDatabase("bank").getCollection("accounts").insertOne(new Document("_id", "b"));
    for (MongoClient client : List.of(a, b)) {
      client
          .getDatabase("bank")
          .getCollection("ledger")
          .insertMany(List.of(new Document("_id", 1), new Document("_id", 2)));
    }
    users(a).insertOne(user("alice"));
    users(b).insertOne(user("bob"));
  }

  private static void workload(
      MongoClient a, MongoClient b, RandomWrites writesA, RandomWrites writesB) throws Exception {
    stack.post("snapshot-requests", "bank", "{\"requestId\": \"base\", \"cluster\": \"bank\"}");
    SnapshotStatus base = stack.awaitEnd("snapshot-status", "base", SnapshotStatus.class);
    assertThat(base.getFailure()).isNull();
    writesA.run(200);
    writesB.run(200);
    ShardedWrites sharded = new ShardedWrites(sourceA, sourceB);
    emptying = sharded.noop(sourceA);
    sharded.noop(sourceB);
    a.getDatabase("bank").getCollection("ledger").deleteMany(new Document());
    b.getDatabase("bank").getCollection("ledger").deleteMany(new Document());
    quiet = sharded.newest();
    quietA = ServerState.of(a, DATABASES);
    quietB = ServerState.of(b, DATABASES);
    sharded.noop(sourceA);
    users(a).deleteOne(new Document("user", "alice"));
    users(a).insertOne(user("carol"));
    transactions(sharded);
    OplogFeed feedA = new OplogFeed(sourceA, stack);
    OplogFeed feedB = new OplogFeed(sourceB, stack);
    feedA.catchUp();
    feedB.catchUp();
    archive(sourceA, "rs-a");
    archive(sourceB, "rs-b");
    feedA.heartbeat(sharded.newest().value());
    feedB.heartbeat(sharded.newest().value());
  }

  private static void transactions(ShardedWrites sharded) {
    long inside = sharded.begin();
    sharded.prepare(sourceA, inside, "bank", new Document("_id", "inside"));
    sharded.prepare(sourceB, inside, "bank", new Document("_id", "inside"));
    Optime committed = sharded.next();
    insideOnA = sharded.commit(sourceA, inside, committed);
    long outside = sharded.begin();
    sharded.prepare(sourceA, outside, "bank", new Document("_id", "outside"));
    sharded.prepare(sourceB, outside, "bank", new Document("_id", "outside"));
    // Here the one transaction is committed on A and not yet on B, the other one on neither.
    halfCommitted = sharded.noop(sourceA);
    Optime later = sharded.next();
    sharded.commit(sourceB, inside, committed);
    sharded.commit(sourceB, outside, later);
    sharded.commit(sourceA, outside, later);
    long open = sharded.begin();
    undecided = sharded.prepare(sourceB, open, "bank", new Document("_id", "open"));
    sharded.noop(sourceA);
    sharded.noop(sourceB);
  }

  @AfterAll
  static void stop() {
    restorer.close();
    for (SimulatedReplicaSet set : List.of(sourceA, sourceB, targetA, targetB, backA, backB)) {
      set.close();
    }
    stack.close();
  }

  @BeforeEach
  void clear() {
    for (SimulatedReplicaSet target : List.of(targetA, targetB)) {
      try (MongoClient client = MongoClients.create(target.connectionString())) {
        DATABASES.forEach(database -> client.getDatabase(database).drop());
        client.getDatabase("vault").drop();
      }
    }
  }

  @Test
  void shouldRestoreEveryShardToOneMoment() {
    RestoreStatus status =
        restore("quiet", quiet.toString(), "twin", new Document("usersAndRoles", true));

    assertThat(status.getFailure()).isNull();
    assertThat(status.getVerified()).isTrue();
    assertThat(state(targetA)).isEqualTo(quietA);
    assertThat(state(targetB)).isEqualTo(quietB);
    assertThat(status.getReached()).extracting(SetOptime::getName).containsExactly("rs-a", "rs-b");
    assertThat(status.getReached()).extracting(SetOptime::getOptime).containsOnly(quiet.toString());
    assertThat(status.getNamespaces())
        .filteredOn(namespace -> namespace.getNs().equals("shop.large"))
        .extracting(RestoredNamespace::getReplicaSet)
        .containsExactly("rs-a", "rs-b");
    assertThat(status.getUsers()).isEqualTo(2);
    assertThat(status.getPlan().getUsers()).containsExactly("bank.alice", "bank.bob");
    assertThat(ids(targetA, "admin", "system.users")).containsExactly("bank.alice");
    assertThat(ids(targetB, "admin", "system.users")).containsExactly("bank.bob");
  }

  @Test
  void shouldLeaveOutOfEveryShardWhatASkipMeansAndRenameOnAllOfThem() {
    String deletes = emptying + ".." + quiet + " bank.ledger d";
    String transaction = "rs-a:" + insideOnA;

    RestoreStatus status =
        restore(
            "undo",
            "latest",
            "twin",
            new Document("skip", List.of(deletes, transaction))
                .append("rename", new Document("bank", "vault")));

    assertThat(status.getFailure()).isNull();
    assertThat(status.getVerified()).isTrue();
    for (SimulatedReplicaSet target : List.of(targetA, targetB)) {
      assertThat(ids(target, "vault", "ledger")).containsExactlyInAnyOrder(1, 2);
    }
    assertThat(ids(targetA, "vault", "accounts")).containsExactlyInAnyOrder("a", "outside");
    assertThat(ids(targetB, "vault", "accounts")).containsExactlyInAnyOrder("b", "outside");
    assertThat(status.getUndo().getOperations())
        .extracting(
            SkippedOperations::getRule,
            SkippedOperations::getCount,
            SkippedOperations::getReplicaSet)
        .containsExactly(
            tuple(deletes, 2L, "rs-a"),
            tuple(transaction, 1L, "rs-a"),
            tuple(deletes, 2L, "rs-b"),
            tuple(transaction, 1L, "rs-b"));
  }

  @Test
  void shouldRefuseBeforeAnyShardIsTouchedWhatMakesNoSenseOnAllOfThem() {
    assertRefused(
        "unknown-name",
        new Document("rename", new Document("bank.ledgers", "bank.old")),
        "REQUEST_UNKNOWN_NAMESPACE",
        "bank.ledgers");
    assertRefused(
        "unknown-set",
        new Document("skip", List.of("rs-c:" + insideOnA)),
        "REQUEST_MALFORMED",
        "rs-c");
    assertRefused(
        "part",
        new Document(
            "skip", List.of("rs-b:" + quiet.next() + ".." + undecided + " bank.accounts i")),
        "UNDO_REFUSED",
        "on rs-b");
    assertThat(state(targetA)).isEmpty();
    assertThat(state(targetB)).isEmpty();
  }

  @Test
  void shouldApplyATransactionOnAllShardsOrOnNoneByItsCommitTimestamp() {
    RestoreStatus status = restore("half", halfCommitted.toString(), "twin");

    assertThat(status.getFailure()).isNull();
    assertThat(accounts(targetA)).containsExactlyInAnyOrder("a", "inside");
    assertThat(accounts(targetB)).containsExactlyInAnyOrder("b", "inside");
  }

  @Test
  void shouldRollWhatIsChosenOfAllShardsForwardToOneMoment() {
    SortedMap<String, String> baseA = state(backA);
    SortedMap<String, String> baseB = state(backB);
    String deletes = emptying + ".." + quiet + " bank.ledger d";
    Document wish =
        new Document("mode", "ROLL_FORWARD")
            .append("cluster", "archived")
            .append("include", List.of("bank", "shop"))
            .append("skip", List.of(deletes))
            .append("usersAndRoles", true);

    RestoreStatus dry =
        restore("dry", halfCommitted.toString(), "back", new Document(wish).append("dryRun", true));

    assertThat(dry.getFailure()).isNull();
    assertThat(dry.getPlan().getUsers()).containsExactly("bank.bob", "bank.carol");
    assertThat(dry.getWarnings()).anyMatch(warning -> warning.endsWith("removed: bank.alice"));
    assertThat(state(backA)).isEqualTo(baseA);

    RestoreStatus status = restore("forward", halfCommitted.toString(), "back", wish);

    assertThat(status.getFailure()).isNull();
    assertThat(status.getVerified()).isTrue();
    assertThat(accounts(backA)).containsExactlyInAnyOrder("a", "inside");
    assertThat(accounts(backB)).containsExactlyInAnyOrder("b", "inside");
    for (SimulatedReplicaSet back : List.of(backA, backB)) {
      assertThat(ids(back, "bank", "ledger")).containsExactlyInAnyOrder(1, 2);
    }
    assertThat(only("shop.", state(backA))).isEqualTo(only("shop.", quietA));
    assertThat(only("shop.", state(backB))).isEqualTo(only("shop.", quietB));
    assertThat(only("crm.", state(backA))).isEqualTo(only("crm.", baseA));
    assertThat(only("crm.", state(backB))).isEqualTo(only("crm.", baseB));
    assertThat(status.getUndo().getOperations())
        .extracting(SkippedOperations::getCount, SkippedOperations::getReplicaSet)
        .containsExactly(tuple(2L, "rs-a"), tuple(2L, "rs-b"));
    assertThat(ids(backA, "admin", "system.users")).containsExactly("bank.carol");
    assertThat(ids(backB, "admin", "system.users")).containsExactly("bank.bob");
  }

  private static SortedMap<String, String> only(String prefix, SortedMap<String, String> state) {
    SortedMap<String, String> some = new TreeMap<>(state);
    some.keySet().removeIf(namespace -> !namespace.startsWith(prefix));
    assertThat(some).isNotEmpty();
    return some;
  }

  @Test
  void shouldHoldADrillIntoTheShardsAndRemoveWhatItRestored() {
    stack.post(
        "drill-requests",
        "drill",
        "{\"requestId\": \"drill\", \"cluster\": \"bank\", \"target\": \"twin\","
            + " \"mode\": \"NEWEST_BACKUP\"}");

    DrillStatus status = stack.awaitEnd("drill-status", "drill", DrillStatus.class);

    assertThat(status.getFailure()).isNull();
    assertThat(status.getResult().getSuccess()).isTrue();
    assertThat(status.getResult().getDocuments()).isPositive();
    assertThat(state(targetA)).isEmpty();
    assertThat(state(targetB)).isEmpty();
  }

  @Test
  void shouldEndLatestBeforeATransactionWhoseEndIsNotKnown() {
    RestoreStatus status = restore("latest", "latest", "twin");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getReached())
        .extracting(SetOptime::getOptime)
        .containsOnly(undecided.previous().toString());
    assertThat(status.getWarnings()).anyMatch(warning -> warning.contains(undecided.toString()));
    assertThat(accounts(targetA)).containsExactlyInAnyOrder("a", "inside", "outside");
    assertThat(accounts(targetB)).containsExactlyInAnyOrder("b", "inside", "outside");
  }

  @Test
  void shouldRefuseAMomentBehindATransactionWhoseEndIsNotKnown() {
    RestoreStatus status = restore("behind", undecided.next().toString(), "twin");

    assertThat(status.getFailure().getCode()).isEqualTo("RESTORE_NOT_POSSIBLE");
    assertThat(status.getFailure().getRemedy()).contains(undecided.previous().toString());
    assertThat(state(targetA)).isEmpty();
  }

  @Test
  void shouldRefuseWhenAReplicaSetHasNoPlaceOrIsASource() {
    RestoreStatus half = restore("no-place", quiet.toString(), "half");
    RestoreStatus alone = restore("one-place", quiet.toString(), "alone");
    RestoreStatus crossed = restore("crossed", quiet.toString(), "crossed");

    assertThat(half.getFailure().getCode()).isEqualTo("REQUEST_UNKNOWN_TARGET");
    assertThat(half.getFailure().getRemedy()).contains("targets.half.shards.rs-b.uri");
    assertThat(alone.getFailure().getCode()).isEqualTo("REQUEST_UNKNOWN_TARGET");
    assertThat(alone.getFailure().getRemedy()).contains("targets.alone.shards.");
    assertThat(crossed.getFailure().getCode()).isEqualTo("TARGET_IS_SOURCE");
    assertThat(state(targetA)).isEmpty();
    assertThat(state(targetB)).isEmpty();
  }

  @Test
  void shouldWriteADumpOfEachReplicaSetWhenTheTargetIsADirectory() {
    RestoreStatus status = restore("dump", quiet.toString(), "disk");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getVerified()).isTrue();
    assertThat(directory.resolve("restored/dump/rs-a/shop/large.bson")).isNotEmptyFile();
    assertThat(directory.resolve("restored/dump/rs-b/shop/large.bson")).isNotEmptyFile();
  }

  @Test
  void shouldNotWriteAShardAgainThatWasCompleteWhenAnotherWorkerGoesOn() throws Exception {
    WriteWitness witness = WriteWitness.of(targetA);
    try (HeldCommand held =
        targetB
            .faults()
            .hold(command -> command.is("insert") && command.collection().equals("large"), 0)) {
      post("resumed", "latest", "twin", new Document());
      assertThat(held.awaitReached(Duration.ofSeconds(60))).isTrue();
      targetB.faults().dropConnections();
      Thread closing = new Thread(restorer::close);
      closing.start();
      held.close();
      closing.join();
    }
    int written = witness.writes().size();
    restorer = new Restorer(new RestorerConfig(settings()));
    restorer.start();

    RestoreStatus status = stack.awaitEnd("restore-status", "resumed", RestoreStatus.class);

    targetA.faults().heal();
    assertThat(status.getFailure()).isNull();
    assertThat(status.getWarnings())
        .as("the plan's, though the moment is chosen no more")
        .anyMatch(warning -> warning.contains(undecided.toString()));
    assertThat(status.getRpoMillis()).isNotNegative();
    assertThat(accounts(targetA)).containsExactlyInAnyOrder("a", "inside", "outside");
    assertThat(accounts(targetB)).containsExactlyInAnyOrder("b", "inside", "outside");
    for (String database : List.of("shop.", "crm.")) {
      assertThat(only(database, state(targetA))).isEqualTo(only(database, quietA));
      assertThat(only(database, state(targetB))).isEqualTo(only(database, quietB));
    }
    assertThat(witness.writes().subList(written, witness.writes().size()))
        .noneMatch(write -> write.is("insert") || write.is("update") || write.is("drop"));
  }

  private static void assertRefused(String id, Document wish, String code, String reason) {
    RestoreStatus status = restore(id, "latest", "twin", wish.append("dryRun", true));
    assertThat(status.getFailure().getCode()).isEqualTo(code);
    assertThat(status.getFailure().getReason()).contains(reason);
  }

  private static SortedMap<String, String> state(SimulatedReplicaSet set) {
    try (MongoClient client = MongoClients.create(set.connectionString())) {
      return ServerState.of(client, DATABASES);
    }
  }

  private static List<Object> accounts(SimulatedReplicaSet set) {
    return ids(set, "bank", "accounts");
  }

  private static List<Object> ids(SimulatedReplicaSet set, String database, String collection) {
    try (MongoClient client = MongoClients.create(set.connectionString())) {
      return client
          .getDatabase(database)
          .getCollection(collection)
          .find()
          .map(document -> document.get("_id"))
          .into(new ArrayList<>());
    }
  }

  private static MongoCollection<Document> users(MongoClient client) {
    return client.getDatabase("admin").getCollection("system.users");
  }

  private static Document user(String name) {
    return new Document("_id", "bank." + name)
        .append("user", name)
        .append("db", "bank")
        .append("credentials", new Document())
        .append("roles", List.of());
  }

  private static void post(String id, String to, String target, Document wish) {
    Document request =
        new Document("requestId", id)
            .append("cluster", "bank")
            .append("target", target)
            .append("to", to);
    request.putAll(wish);
    stack.post("restore-requests", id, request.toJson());
  }

  private static RestoreStatus restore(String id, String to, String target) {
    return restore(id, to, target, new Document());
  }

  private static RestoreStatus restore(String id, String to, String target, Document wish) {
    post(id, to, target, wish);
    return stack.awaitEnd("restore-status", id, RestoreStatus.class);
  }
}
