package dev.tidemark.restorer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.mongo.rights.CommandsSeen;
import dev.tidemark.embedded.mongo.rights.RolesPage;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.fixture.OplogFeed;
import dev.tidemark.restorer.fixture.Stack;
import dev.tidemark.restorer.fixture.UntoldSuccess;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoredNamespace;
import dev.tidemark.schemas.status.RevivedNamespace;
import dev.tidemark.schemas.status.SkippedOperations;
import dev.tidemark.schemas.status.SnapshotStatus;
import dev.tidemark.schemas.status.UndoSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreServiceIT {

  private static final String REQUESTS = "restore-requests";

  @TempDir static Path directory;
  private static Stack stack;
  private static SimulatedReplicaSet source;
  private static SimulatedReplicaSet target;
  private static MongoClient sourceClient;
  private static MongoClient targetClient;
  private static RestorerConfig config;
  private static Restorer restorer;
  private static final CommandsSeen commandsOnSource = new CommandsSeen();
  private static final CommandsSeen commandsOnTarget = new CommandsSeen();
  private static Optime beforeAccident;
  private static Optime drop;
  private static Optime lastDelete;
  private static Map<String, List<RawBsonDocument>> truth;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start();
    source =
        SimulatedReplicaSet.start(SimulatorConfig.builder().noopInterval(Duration.ZERO).build());
    target = SimulatedReplicaSet.start();
    commandsOnSource.on(source.faults());
    commandsOnTarget.on(target.faults());
    sourceClient = MongoClients.create(source.connectionString());
    targetClient = MongoClients.create(target.connectionString());
    Files.createDirectories(directory.resolve("archive"));
    Map<String, String> settings = stack.settings();
    settings.put("archive.url", "file:" + directory.resolve("archive"));
    settings.put("clusters.shop.uri", source.connectionString());
    settings.put("targets.staging.uri", target.connectionString());
    settings.put("targets.disk.directory", directory.resolve("restored").toString());
    settings.put("work.directory", directory.resolve("work").toString());
    settings.put("restore.latest.wait.ms", "2000");
    config = new RestorerConfig(settings);
    restorer = new Restorer(config);
    restorer.start();
    workload();
  }

  private static void workload() throws Exception {
    MongoCollection<Document> orders = sourceClient.getDatabase("shop").getCollection("orders");
    orders.insertMany(
        IntStream.range(0, 2_000).mapToObj(i -> new Document("_id", i).append("n", 0)).toList());
    orders.createIndex(Indexes.ascending("n"));
    sourceClient
        .getDatabase("shop")
        .createCollection("log", new CreateCollectionOptions().capped(true).sizeInBytes(1 << 20));
    sourceClient
        .getDatabase("shop")
        .getCollection("log")
        .insertMany(IntStream.range(0, 20).mapToObj(i -> new Document("_id", 19 - i)).toList());
    sourceClient.getDatabase("shop").createView("open", "orders", List.of());
    users(sourceClient)
        .insertMany(
            List.of(user("shop", "alice", "first"), user("shop", "carol"), user("admin", "boss")));
    roles(sourceClient)
        .insertOne(
            Document.parse(
                "{_id: 'shop.clerk', role: 'clerk', db: 'shop', privileges: [], roles: []}"));
    sourceClient
        .getDatabase("admin")
        .getCollection("system.version")
        .insertOne(new Document("_id", "authSchema").append("currentVersion", 5));
    stack.post("snapshot-requests", "shop", "{\"requestId\": \"base\", \"cluster\": \"shop\"}");
    assertThat(stack.awaitEnd("snapshot-status", "base", SnapshotStatus.class).getState())
        .isEqualTo(JobState.SUCCEEDED);
    for (int i = 0; i < 300; i++) {
      orders.updateOne(new Document("_id", i * 3), new Document("$inc", new Document("n", i)));
    }
    orders.deleteMany(new Document("_id", new Document("$gte", 1_900)));
    sourceClient.getDatabase("shop").getCollection("log").insertOne(new Document("_id", 77));
    sourceClient.getDatabase("crm").getCollection("users").insertOne(new Document("_id", "ann"));
    users(sourceClient).replaceOne(new Document("_id", "shop.alice"), user("shop", "alice", "new"));
    users(sourceClient).deleteOne(new Document("_id", "shop.carol"));
    users(sourceClient).insertOne(user("shop", "dave"));
    MongoCollection<Document> badges = sourceClient.getDatabase("crm").getCollection("badges");
    badges.createIndex(Indexes.ascending("holder"), new IndexOptions().unique(true));
    badges.insertOne(new Document("_id", 1).append("holder", "ann"));
    beforeAccident = new Optime(source.newestOptime());
    truth = content(sourceClient);
    orders.drop();
    drop = new Optime(source.newestOptime());
    users(sourceClient).deleteMany(new Document());
    sourceClient.getDatabase("crm").getCollection("users").deleteMany(new Document());
    badges.deleteMany(new Document());
    lastDelete = new Optime(source.newestOptime());
    badges.insertOne(new Document("_id", 2).append("holder", "ann"));
    new OplogFeed(source, stack).catchUp();
  }

  @AfterAll
  static void stop() {
    restorer.close();
    sourceClient.close();
    targetClient.close();
    source.close();
    target.close();
    stack.close();
  }

  @Test
  void shouldRestoreTheStateBeforeTheAccidentWhenAsked() {
    RestoreStatus status = restore("full", "\"drop\": true");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status.getVerified()).isTrue();
    assertThat(status.getReached().get(0).getOptime()).isEqualTo(beforeAccident.toString());
    assertThat(content(targetClient)).isEqualTo(truth);
    assertThat(status.getNamespaces())
        .extracting(RestoredNamespace::getNs)
        .contains("shop.orders", "shop.log", "shop.open", "crm.users");
    assertThat(targetClient.getDatabase("shop").getCollection("orders").listIndexes())
        .extracting(index -> index.getString("name"))
        .contains("_id_", "n_1");
    assertThat(status.getPlan().getKafkaTailEntries()).isPositive();
    assertThat(status.getRtoMillis()).isPositive();
    assertThat(status.getWorkMillis()).isBetween(1L, status.getRtoMillis());
    assertThat(status.getPlan().getBaseBytes()).isPositive();
  }

  @Test
  void shouldMergeTheUsersAndRolesOfTheSelectedDatabasesAsTheyWere() {
    Document other = user("shop", "other");
    users(targetClient).drop();
    roles(targetClient).drop();
    users(targetClient).insertMany(List.of(user("shop", "alice", "of the target"), other));

    RestoreStatus status =
        restore(
            "accounts",
            "\"include\": [\"shop\"], \"exclude\": [\"shop.orders\"], \"drop\": true,"
                + " \"usersAndRoles\": true");

    assertThat(status.getFailure()).isNull();
    assertThat(users(targetClient).find().into(new ArrayList<>()))
        .containsExactlyInAnyOrder(user("shop", "alice", "new"), user("shop", "dave"), other);
    assertThat(roles(targetClient).find().map(role -> role.getString("_id")))
        .containsExactly("shop.clerk");
    assertThat(status.getUsers()).isEqualTo(2);
    assertThat(status.getRoles()).isEqualTo(1);
    assertThat(status.getPlan().getUsers()).containsExactly("shop.alice", "shop.carol");
    assertThat(status.getWarnings())
        .contains("Granted to restored users or roles, but not on the target: role shop.gone");
    assertThat(status.toString()).doesNotContain("storedKey", "of the target");
    assertThat(targetClient.getDatabase("admin").listCollectionNames())
        .noneMatch(name -> name.contains("temp"));
  }

  @Test
  void shouldWriteUsersAndRolesIntoADumpAsMongodumpDoes() throws Exception {
    RestoreStatus status = restore("dumped", "\"target\": \"disk\", \"usersAndRoles\": true");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getUsers()).isEqualTo(3);
    Path admin = directory.resolve("restored/dumped/admin");
    assertThat(Files.readString(admin.resolve("system.users.bson"), ISO_8859_1))
        .contains("alice", "boss", "dave")
        .doesNotContain("carol");
    assertThat(Files.readString(admin.resolve("system.roles.bson"), ISO_8859_1)).contains("clerk");
    assertThat(Files.readString(admin.resolve("system.version.bson"), ISO_8859_1))
        .contains("authSchema");
    assertThat(admin.resolve("system.users.metadata.json")).exists();
  }

  @Test
  void shouldNeedNoRightsButThoseOfTheDocumentedRoles() throws Exception {
    RolesPage page = RolesPage.read(Path.of("..", "docs", "mongodb-roles.md"));
    Predicate<String> snapshots =
        application -> Set.of("tidemark-snapshot", "tidemark-restore-plan").contains(application);
    Predicate<String> restores =
        application -> application.startsWith("tidemark-restore") && !snapshots.test(application);

    assertThat(restore("rights", "\"drop\": true, \"usersAndRoles\": true").getState())
        .isEqualTo(JobState.SUCCEEDED);

    assertThat(commandsOnSource.lacking(page, List.of("tidemarkSnapshot"), snapshots)).isEmpty();
    // Only collections that are split are sampled.
    assertThat(commandsOnSource.unsent(page, List.of("tidemarkSnapshot"), snapshots))
        .containsExactly("aggregate");
    List<String> forRestores = List.of("tidemarkRestore", "tidemarkRestoreAccounts");
    assertThat(commandsOnTarget.lacking(page, forRestores, restores)).isEmpty();
    // Only a worker that takes over ends operations.
    assertThat(commandsOnTarget.unsent(page, forRestores, restores))
        .containsExactly("currentop", "killop");
  }

  @Test
  void shouldRestoreUnderAnotherNameWhenRenamed() {
    RestoreStatus status =
        restore(
            "renamed",
            "\"include\": [\"shop.log\"], \"rename\": {\"shop.log\": \"aside.entries\"}");

    assertThat(status.getFailure()).isNull();
    assertThat(ids(targetClient, "aside", "entries")).hasSize(21).startsWith(19, 18).endsWith(77);
  }

  @Test
  void shouldReportSuccessWhenAWorkerHadDoneAllAndDiedBeforeItSaidSo() throws Exception {
    RestoreRequest request =
        RestoreRequest.newBuilder()
            .setRequestId("untold")
            .setCluster("shop")
            .setTarget("staging")
            .setTo(beforeAccident.toString())
            .setInclude(List.of("shop.orders"))
            .setRename(Map.of("shop.orders", "untold.orders"))
            .build();
    try (ObjectStore store =
        ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory.resolve("archive")))) {
      UntoldSuccess.of(request, config, store, stack.registry());
    }

    stack.post(REQUESTS, "staging", request);

    RestoreStatus status = stack.awaitEnd("restore-status", "untold", RestoreStatus.class);
    assertThat(status.getFailure()).isNull();
    assertThat(status.getVerified()).isTrue();
    assertThat(content(targetClient, "untold").get("untold.orders"))
        .isEqualTo(truth.get("shop.orders"));
  }

  @Test
  void shouldWriteADumpAgainWhenAWorkerDiedThatWasAtIt() throws Exception {
    RestoreRequest request =
        RestoreRequest.newBuilder()
            .setRequestId("died")
            .setCluster("shop")
            .setTarget("disk")
            .setTo(beforeAccident.toString())
            .build();
    try (ObjectStore store =
        ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory.resolve("archive")))) {
      UntoldSuccess.of(request, config, store, stack.registry());
    }
    Path complete = directory.resolve("restored/died");
    // As if it had not come as far.
    Files.move(complete, complete.resolveSibling("died.partial"));

    stack.post(REQUESTS, "disk", request);

    assertThat(stack.awaitEnd("restore-status", "died", RestoreStatus.class).getFailure()).isNull();
    assertThat(complete.resolve("shop/orders.bson")).isNotEmptyFile();
    Files.createDirectory(directory.resolve("restored/of-somebody"));
    assertThat(restore("of-somebody", "\"target\": \"disk\"").getFailure().getCode())
        .isEqualTo("DUMP_EXISTS");
    assertThat(directory.resolve("restored/of-somebody")).isEmptyDirectory();
  }

  @Test
  void shouldWriteADumpWhenTheTargetIsADirectory() {
    RestoreStatus status = restore("dump", "\"target\": \"disk\"");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getVerified()).isTrue();
    assertThat(directory.resolve("restored/dump/shop/orders.bson")).isNotEmptyFile();
    assertThat(directory.resolve("restored/dump/shop/open.metadata.json")).exists();
  }

  @Test
  void shouldPlanAndStopWhenItIsADryRun() {
    RestoreStatus status = restore("dry", "\"dryRun\": true, \"rename\": {\"shop\": \"never\"}");

    assertThat(status.getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status.getPlan().getNamespaces()).contains("never.orders");
    assertThat(targetClient.listDatabaseNames()).doesNotContain("never");
  }

  @Test
  void shouldUndoTheAccidentAndKeepWhatCameAfterIt() {
    String deletes = drop + ".." + lastDelete + " crm d";

    RestoreStatus status = restore("undo", undoing("'" + drop + "', '" + deletes + "'", "u"));

    assertThat(status.getFailure()).isNull();
    assertThat(status.getVerified()).isTrue();
    Map<String, List<RawBsonDocument>> undone = content(targetClient, "ushop", "ucrm");
    assertThat(undone.get("ushop.orders")).isEqualTo(truth.get("shop.orders"));
    assertThat(undone.get("ucrm.users")).isEqualTo(truth.get("crm.users"));
    assertThat(undone.get("ucrm.badges")).hasSize(2);
    UndoSummary undo = status.getUndo();
    assertThat(undo.getOperations())
        .extracting(SkippedOperations::getNs, SkippedOperations::getOperation)
        .containsExactly(
            tuple("shop.orders", "drop"),
            tuple("crm.users", "delete"),
            tuple("crm.badges", "delete"));
    assertThat(undo.getRevived())
        .containsExactly(new RevivedNamespace("shop.orders", "ushop.orders", ""));
    assertThat(undo.getIndexesLeftOut()).containsExactly("ucrm.badges holder_1");
    assertThat(targetClient.getDatabase("ucrm").getCollection("badges").listIndexes())
        .extracting(index -> index.getString("name"))
        .containsExactly("_id_");
  }

  @Test
  void shouldSayWhatWouldBeLeftOutWhenItIsADryRun() {
    RestoreStatus status =
        restore("undo-dry", "\"dryRun\": true, " + undoing("'" + drop + "'", "never"));

    assertThat(status.getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status.getUndo().getOperations())
        .containsExactly(
            new SkippedOperations(
                drop.toString(), "shop.orders", "drop", 1L, drop.toString(), drop.toString(), ""));
    assertThat(targetClient.listDatabaseNames()).doesNotContain("nevershop");
    String wrong = "'" + Optime.of(drop.seconds(), 4_000_000) + "'";
    RestoreStatus refused = restore("undo-wrong", "\"dryRun\": true, " + undoing(wrong, "never"));
    assertThat(refused.getFailure().getCode()).isEqualTo("UNDO_NO_SUCH_ENTRY");
    assertThat(refused.getFailure().getReason()).contains(wrong);
  }

  private static String undoing(String skip, String prefix) {
    return "'to': 'latest', 'skip': [%s], 'rename': {'shop': '%sshop', 'crm': '%scrm'}"
        .formatted(skip, prefix, prefix);
  }

  @Test
  void shouldAnswerUnderItsPlaceWhenARequestIsNoJsonAndGoOn() throws Exception {
    RecordMetadata place = stack.post(REQUESTS, "staging", "{\"requestId\": ");

    RestoreStatus answer =
        stack.awaitEnd(
            "restore-status",
            "malformed@" + place.partition() + "-" + place.offset(),
            RestoreStatus.class);

    assertThat(answer.getFailure().getCode()).isEqualTo("REQUEST_MALFORMED");
    assertThat(answer.getFailure().getReason()).contains("not valid JSON");
    assertThat(answer.getFailure().getWhere())
        .isEqualTo(place.topic() + "-" + place.partition() + " offset " + place.offset());
    assertThat(restore("behind", "\"dryRun\": true").getState()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void shouldRestoreWhatIsOnKafkaWhenAskedForTheLatest() {
    RestoreStatus status =
        restore("latest", "\"to\": \"latest\", \"rename\": {\"shop\": \"l1\", \"crm\": \"l2\"}");

    assertThat(status.getFailure()).isNull();
    assertThat(status.getReached().get(0).getTs()).isEqualTo(source.newestOptime());
    assertThat(status.getRpoMillis()).isZero();
    assertThat(targetClient.getDatabase("l1").listCollectionNames()).doesNotContain("orders");
  }

  /** Posts a request with these fields over the usual ones and waits for its end. */
  private static RestoreStatus restore(String id, String fields) {
    Document request =
        new Document("cluster", "shop")
            .append("target", "staging")
            .append("to", beforeAccident.toString())
            .append("requestId", id);
    request.putAll(Document.parse("{" + fields + "}"));
    stack.post(REQUESTS, request.getString("target"), request.toJson());
    return stack.awaitEnd("restore-status", id, RestoreStatus.class);
  }

  private static MongoCollection<Document> users(MongoClient client) {
    return client.getDatabase("admin").getCollection("system.users");
  }

  private static MongoCollection<Document> roles(MongoClient client) {
    return client.getDatabase("admin").getCollection("system.roles");
  }

  private static Document user(String database, String name, String... key) {
    return new Document("_id", database + "." + name)
        .append("user", name)
        .append("db", database)
        .append(
            "credentials",
            new Document("SCRAM-SHA-256", new Document("storedKey", String.join("", key))))
        .append(
            "roles",
            List.of(
                new Document("role", "clerk").append("db", "shop"),
                new Document("role", "read").append("db", "shop"),
                new Document("role", "gone").append("db", "shop")));
  }

  private static Map<String, List<RawBsonDocument>> content(MongoClient client) {
    return content(client, "shop", "crm");
  }

  private static Map<String, List<RawBsonDocument>> content(
      MongoClient client, String... databases) {
    Map<String, List<RawBsonDocument>> content = new TreeMap<>();
    for (String database : databases) {
      for (String collection : client.getDatabase(database).listCollectionNames()) {
        if (!collection.startsWith("system.")) {
          List<RawBsonDocument> documents = new ArrayList<>();
          client
              .getDatabase(database)
              .getCollection(collection, RawBsonDocument.class)
              .find()
              .sort(collection.equals("log") ? null : new Document("_id", 1))
              .into(documents);
          content.put(database + "." + collection, documents);
        }
      }
    }
    return content;
  }

  private static List<Integer> ids(MongoClient client, String database, String collection) {
    List<Integer> ids = new ArrayList<>();
    client
        .getDatabase(database)
        .getCollection(collection)
        .find()
        .forEach(document -> ids.add(document.getInteger("_id")));
    return ids;
  }
}
