package dev.tidemark.restorer.rollforward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.embedded.mongo.HeldCollection;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.rights.CommandsSeen;
import dev.tidemark.embedded.mongo.rights.RolesPage;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.account.AccountSelection;
import dev.tidemark.restorer.fixture.BroughtBackBase;
import dev.tidemark.restorer.fixture.CapturedOplog;
import dev.tidemark.restorer.fixture.WriteWitness;
import dev.tidemark.restorer.materialize.OplogFile;
import dev.tidemark.restorer.materialize.OplogFiles;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.ReplayTarget;
import dev.tidemark.restorer.merge.WindowLimits;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From many moments of the captured oplogs to many later ones, by workers that die at any write.
 * {@code -Dtidemark.rollforward.pairs=N} rolls N pairs of each oplog instead of a few.
 */
class RollForwardIT {

  private static final int PAIRS = Integer.getInteger("tidemark.rollforward.pairs", 2);
  private static final String APPLICATION = "roll-forward-test";
  private static final NamespaceSelection SELECTION =
      namespace ->
          namespace.startsWith("tidemark.") || namespace.startsWith("admin.system.")
              ? Optional.empty()
              : Optional.of(namespace);

  @TempDir private Path temporary;

  private ObjectStore store;
  private NamespaceSelection selection = SELECTION;
  private SkipRules skip = SkipRules.NONE;
  private final ObjectKeys keys = new ObjectKeys("shop");

  static List<String> names() {
    return CapturedOplog.NAMES;
  }

  @BeforeEach
  void open() throws IOException {
    Files.createDirectory(temporary.resolve("archive"));
    store = ObjectStores.open(ArchiveConfig.ofUrl("file:" + temporary.resolve("archive")));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldReachALaterMomentWhereverTheWorkersDie(String name) throws IOException {
    CapturedOplog captured = CapturedOplog.unpack(name, temporary);
    List<OplogEntry> entries = entries(captured);
    Random random = new Random(name.hashCode());
    for (int pair = 0; pair < PAIRS; pair++) {
      OplogEntry from = entries.get(random.nextInt(entries.size()));
      OplogEntry to = entries.get(random.nextInt(entries.size()));
      if (from.optime().isAfter(to.optime())) {
        OplogEntry swapped = from;
        from = to;
        to = swapped;
      }
      if (!from.optime().equals(to.optime())) {
        rollForward(captured, from, to.optime(), random, "pair-" + pair);
      }
    }
  }

  private void rollForward(
      CapturedOplog captured, OplogEntry from, Optime to, Random random, String label)
      throws IOException {
    Path base = captured.materialize(from.optime(), temporary.resolve(label + "-base"), temporary);
    Path expected = captured.materialize(to, temporary.resolve(label + "-expected"), temporary);
    try (SimulatedReplicaSet truth = BroughtBackBase.start(expected, from.raw(), temporary);
        SimulatedReplicaSet target = BroughtBackBase.start(base, from.raw(), temporary)) {
      rollForward(target, captured.oplog(), from.optime(), to, random, label);

      assertThat(differences(BroughtBackBase.state(target), BroughtBackBase.state(truth)))
          .as("%s from %s to %s", captured.folder(), from.optime(), to)
          .isEmpty();
    }
  }

  @Test
  void shouldChangeWhatSurvivesInNameOptionsAndIndexes() throws IOException {
    try (SimulatedReplicaSet source = SimulatedReplicaSet.start();
        MongoClient client = MongoClients.create(source.connectionString())) {
      MongoDatabase shop = client.getDatabase("shop");
      for (String name : List.of("a", "b", "gone", "same")) {
        shop.getCollection(name)
            .insertMany(
                IntStream.range(0, 60)
                    .mapToObj(i -> new Document("_id", i).append("u", i).append("in", name))
                    .toList());
        shop.getCollection(name)
            .createIndex(Indexes.ascending("u"), new IndexOptions().unique(true));
        shop.getCollection(name).createIndex(Indexes.ascending("in"));
      }
      shop.createCollection("log", new CreateCollectionOptions().capped(true).sizeInBytes(4096));
      shop.getCollection("log").insertMany(List.of(new Document("_id", 2), new Document("_id", 1)));
      shop.createView("v", "a", List.of());
      OplogEntry from = newest(client);
      try (SimulatedReplicaSet target =
          BroughtBackBase.startWith(BroughtBackBase.held(client, "shop"), from.raw(), temporary)) {
        CommandsSeen commands = new CommandsSeen().on(target.faults());
        // Two collections change places, and documents their unique values.
        client.getDatabase("shop").getCollection("a").renameCollection(namespace("aside"));
        shop.getCollection("b").renameCollection(namespace("a"));
        shop.getCollection("aside").renameCollection(namespace("b"));
        for (int[] step : new int[][] {{1, -1}, {2, 1}, {1, 2}}) {
          shop.getCollection("a").updateOne(Filters.eq("_id", step[0]), Updates.set("u", step[1]));
        }
        shop.getCollection("b").deleteMany(Filters.gte("_id", 50));
        shop.runCommand(
            Document.parse(
                "{collMod: 'same', validator: {u: {$gte: 0}}, validationLevel: 'off', validationAction: 'warn'}"));
        shop.getCollection("same").dropIndex("in_1");
        shop.getCollection("same").createIndex(Indexes.descending("in"));
        shop.getCollection("gone").drop();
        shop.getCollection("gone").insertOne(new Document("_id", 1).append("again", true));
        shop.getCollection("log").insertOne(new Document("_id", 0));
        shop.getCollection("v").drop();
        shop.createView("v", "b", List.of(new Document("$match", new Document("u", 3))));
        Optime to = newest(client).optime();
        Path oplog = temporary.resolve("oplog.bson");
        BroughtBackBase.writeOplog(client, oplog);

        rollForward(target, oplog, from.optime(), to, new Random(7), "changes");

        assertThat(differences(BroughtBackBase.state(target), BroughtBackBase.state(source)))
            .isEmpty();
        assertThat(
                commands.unsent(
                    RolesPage.read(Path.of("..", "docs", "mongodb-roles.md")),
                    List.of("tidemarkRollForward"),
                    APPLICATION::equals))
            .isEmpty();
      }
    }
  }

  @Test
  void shouldSayBeforeAnythingIsWrittenWhatItCannotDo() throws IOException {
    UUID buckets = new UUID(1, 1);
    BsonSlice from =
        entry(5, "{op: 'i', ns: 'shop.system.buckets.m', o: {_id: 1, data: {}}}", buckets);
    Path oplog = temporary.resolve("oplog.bson");
    Optime to = Optime.of(6, 1);
    try (DocumentWriter writer = new DocumentWriter(Files.newOutputStream(oplog))) {
      writer.write(from);
      writer.write(
          entry(
              6,
              "{op: 'c', ns: 'shop.$cmd', o: {collMod: 'system.buckets.m',"
                  + " expireAfterSeconds: 60}}",
              buckets));
    }
    HeldCollection held =
        new HeldCollection(
            "shop.system.buckets.m",
            buckets,
            slice(BsonDocument.parse("{timeseries: {timeField: 't', bucketMaxSpanSeconds: 3600}}"))
                .toByteArray(),
            List.of(),
            List.of());
    try (SimulatedReplicaSet target = BroughtBackBase.startWith(List.of(held), from, temporary);
        Deployment deployment = Deployment.open(address(target.connectionString()), APPLICATION)) {
      WriteWitness witness = WriteWitness.of(target);

      assertThatThrownBy(
              () ->
                  RollForward.check(
                      deployment,
                      Optime.of(5, 1),
                      goal(oplog, to, namespace -> Optional.of(namespace.replace(".m", ".n"))),
                      AccountSelection.NONE,
                      RollOptions.of(new MergeOptions(1, 1 << 20, temporary), false),
                      MergeListener.NONE))
          .hasMessageContaining("no server renames a time-series collection")
          .hasMessageContaining("shop.m to shop.n");
      assertThat(witness.writes()).isEmpty();
    }
  }

  @Test
  void shouldLeaveAloneWhatIsNotSelectedByItsNameAtTheWantedMoment() throws IOException {
    try (SimulatedReplicaSet source = SimulatedReplicaSet.start();
        MongoClient client = MongoClients.create(source.connectionString())) {
      MongoDatabase shop = client.getDatabase("shop");
      for (String name : List.of("a", "b", "gone", "move", "old")) {
        shop.getCollection(name).insertOne(new Document("_id", 1).append("in", name));
      }
      OplogEntry from = newest(client);
      try (SimulatedReplicaSet target =
              BroughtBackBase.startWith(
                  BroughtBackBase.held(client, "shop"), from.raw(), temporary);
          Deployment deployment =
              Deployment.open(address(target.connectionString()), APPLICATION)) {
        SortedMap<String, String> before = BroughtBackBase.state(target);
        for (String name : List.of("a", "b", "gone", "move", "old")) {
          shop.getCollection(name).insertOne(new Document("_id", 2));
        }
        shop.getCollection("gone").drop();
        shop.getCollection("move").renameCollection(namespace("moved"));
        shop.getCollection("old").renameCollection(namespace("kept"));
        Optime to = newest(client).optime();
        SortedMap<String, String> after = BroughtBackBase.state(source);
        shop.getCollection("move").insertOne(new Document("_id", "another"));
        Optime beyond = newest(client).optime();
        Path oplog = temporary.resolve("oplog.bson");
        BroughtBackBase.writeOplog(client, oplog);
        selection =
            namespace ->
                Set.of("shop.b", "shop.moved").contains(namespace)
                    ? Optional.empty()
                    : SELECTION.restoredAs(namespace);

        assertThatThrownBy(
                () ->
                    RollForward.check(
                        deployment,
                        from.optime(),
                        goal(oplog, beyond, selection),
                        AccountSelection.NONE,
                        RollOptions.of(new MergeOptions(1, 1 << 20, temporary), false),
                        MergeListener.NONE))
            .hasMessageContaining("shop.move is another collection at the wanted moment");

        rollForward(target, oplog, from.optime(), to, new Random(7), "selected");

        SortedMap<String, String> expected = new TreeMap<>(before);
        expected.keySet().removeAll(Set.of("shop.a", "shop.gone", "shop.old"));
        expected.put("shop.a", after.get("shop.a"));
        expected.put("shop.kept", after.get("shop.kept"));
        assertThat(differences(BroughtBackBase.state(target), expected)).isEmpty();
      }
    }
  }

  @Test
  void shouldGoOnWithWhatAnEarlierWorkerMadeUnderANewName() throws IOException {
    try (SimulatedReplicaSet source = SimulatedReplicaSet.start();
        MongoClient client = MongoClients.create(source.connectionString())) {
      MongoDatabase shop = client.getDatabase("shop");
      shop.createCollection("log", new CreateCollectionOptions().capped(true).sizeInBytes(4096));
      shop.getCollection("log").insertOne(new Document("_id", 2));
      shop.getCollection("other").insertOne(new Document("_id", 1));
      OplogEntry from = newest(client);
      try (SimulatedReplicaSet target =
          BroughtBackBase.startWith(BroughtBackBase.held(client, "shop"), from.raw(), temporary)) {
        String other = BroughtBackBase.state(target).get("shop.other");
        for (String name : List.of("made", "more")) {
          shop.getCollection(name)
              .insertMany(List.of(new Document("_id", 1), new Document("_id", 2)));
          shop.getCollection(name).createIndex(Indexes.ascending("u"));
        }
        shop.getCollection("log").insertOne(new Document("_id", 1));
        shop.getCollection("other").insertOne(new Document("_id", 2));
        shop.createView("v", "other", List.of());
        Optime to = newest(client).optime();
        SortedMap<String, String> after = BroughtBackBase.state(source);
        Path oplog = temporary.resolve("oplog.bson");
        BroughtBackBase.writeOplog(client, oplog);
        Map<String, String> names =
            Map.of(
                "shop.made", "shop.made2",
                "shop.more", "shop.more2",
                "shop.log", "shop.log2",
                "shop.v", "shop.v2");
        selection = namespace -> Optional.ofNullable(names.get(namespace));

        rollForward(target, oplog, from.optime(), to, new Random(7), "renamed");

        SortedMap<String, String> expected = new TreeMap<>();
        expected.put("shop.other", other);
        names.forEach((name, as) -> expected.put(as, after.get(name)));
        assertThat(differences(BroughtBackBase.state(target), expected)).isEmpty();
      }
    }
  }

  @Test
  void shouldLeaveOutWhatIsSkippedAndGiveNewNamesWhereverTheWorkersDie() throws IOException {
    try (SimulatedReplicaSet source = SimulatedReplicaSet.start();
        MongoClient client = MongoClients.create(source.connectionString())) {
      MongoDatabase shop = client.getDatabase("shop");
      for (String name : List.of("a", "b", "gone")) {
        shop.getCollection(name)
            .insertMany(
                IntStream.range(0, 40)
                    .mapToObj(i -> new Document("_id", i).append("u", i).append("in", name))
                    .toList());
      }
      shop.getCollection("a").createIndex(Indexes.ascending("u"), new IndexOptions().unique(true));
      shop.createCollection("log", new CreateCollectionOptions().capped(true).sizeInBytes(4096));
      shop.getCollection("log").insertOne(new Document("_id", 1));
      OplogEntry from = newest(client);
      List<HeldCollection> held = BroughtBackBase.held(client, "shop");
      try (SimulatedReplicaSet target = BroughtBackBase.startWith(held, from.raw(), temporary);
          SimulatedReplicaSet truth = BroughtBackBase.startWith(held, from.raw(), temporary);
          MongoClient wanted = MongoClients.create(truth.connectionString())) {
        Optime begun = from.optime().next();
        shop.getCollection("a").deleteMany(Filters.lt("_id", 20));
        shop.getCollection("a").updateOne(Filters.eq("_id", 30), Updates.set("in", "accident"));
        shop.getCollection("log").insertOne(new Document("_id", "accident"));
        shop.getCollection("gone").drop();
        Optime over = newest(client).optime();
        skip = SkipRules.parse(List.of(begun + ".." + over + " shop"));
        selection = new RevivedBeside("shop.gone", "shop.back", "shop.b", "shop.c");
        for (MongoDatabase database : List.of(shop, wanted.getDatabase("shop"))) {
          boolean real = database == shop;
          if (!real) {
            database.getCollection("gone").renameCollection(namespace("back"));
            database.getCollection("b").renameCollection(namespace("c"));
          }
          database.getCollection("a").updateOne(Filters.eq("_id", 30), Updates.set("more", 1));
          database.getCollection("a").updateOne(Filters.eq("_id", 31), Updates.set("more", 1));
          database.getCollection("log").insertOne(new Document("_id", 2));
          database.getCollection("gone").insertOne(new Document("_id", "new"));
          database.getCollection(real ? "b" : "c").deleteOne(Filters.eq("_id", 3));
        }
        Optime to = newest(client).optime();
        Path oplog = temporary.resolve("oplog.bson");
        BroughtBackBase.writeOplog(client, oplog);

        RollReport report = rollForward(target, oplog, from.optime(), to, new Random(7), "undo");

        assertThat(differences(BroughtBackBase.state(target), BroughtBackBase.state(truth)))
            .isEmpty();
        UndoReport undo = report.report().undo().orElseThrow();
        assertThat(undo.count()).isEqualTo(23);
        assertThat(undo.revived())
            .containsExactly(new UndoReport.Revived("shop.gone", "shop.back"));
        assertThat(undo.documents().get(Finding.LATER_UPDATES).count()).isEqualTo(1);
        assertThat(report.indexesLeftOut()).isEmpty();
      }
    }
  }

  /** Two collections under other names; what is newer under the name of a revived one keeps it. */
  private record RevivedBeside(String revived, String revivedAs, String other, String otherAs)
      implements NamespaceSelection {

    @Override
    public Optional<String> restoredAs(String namespace) {
      return SELECTION
          .restoredAs(namespace)
          .map(name -> name.equals(revived) ? revivedAs : name.equals(other) ? otherAs : name);
    }

    @Override
    public Optional<String> besideRevived(String namespace) {
      return SELECTION.restoredAs(namespace);
    }
  }

  private static BsonSlice entry(int second, String json, UUID collection) {
    return slice(
        BsonDocument.parse(json)
            .append("ui", new BsonBinary(collection))
            .append("ts", new BsonTimestamp(second, 1))
            .append("t", new BsonInt64(1))
            .append("v", new BsonInt32(2))
            .append("wall", new BsonDateTime(second * 1000L)));
  }

  private static BsonSlice slice(BsonDocument document) {
    return BroughtBackBase.slice(new RawBsonDocument(document, new BsonDocumentCodec()));
  }

  private static MongoNamespace namespace(String name) {
    return new MongoNamespace("shop", name);
  }

  private static OplogEntry newest(MongoClient client) {
    RawBsonDocument raw =
        client
            .getDatabase("local")
            .getCollection("oplog.rs", RawBsonDocument.class)
            .find()
            .sort(new Document("$natural", -1))
            .first();
    return OplogEntry.read(BroughtBackBase.slice(raw));
  }

  private RollGoal goal(Path oplog, Optime to, NamespaceSelection names) throws IOException {
    return new RollGoal(
        OplogFiles.of(List.of(new OplogFile(oplog.toString(), () -> Dumps.documents(oplog)))),
        ReplayTarget.ofReplicaSet(to),
        names,
        skip,
        collections -> collections);
  }

  /** Rolls forward by workers that die one after the other, each some writes later. */
  private RollReport rollForward(
      SimulatedReplicaSet target, Path oplog, Optime from, Optime to, Random random, String label)
      throws IOException {
    WorkObjects work = new WorkObjects(store, keys, label);
    try (Deployment deployment = Deployment.open(address(target.connectionString()), APPLICATION)) {
      assertThat(TargetMoment.of(deployment).optime()).isEqualTo(from);
      long writes = 1L + random.nextInt(3);
      Optional<BsonDocument> checkpoint = Optional.empty();
      RollReport done = null;
      int attempt = 1;
      for (; attempt < 400; attempt++) {
        Path local = Files.createDirectory(temporary.resolve(label + "-worker-" + attempt));
        EndingLease lease = new EndingLease(attempt, checkpoint, writes);
        RollOptions options =
            new RollOptions(
                new MergeOptions(1 + random.nextInt(2), 1 << 20, local),
                new WindowLimits(
                    20 + random.nextInt(400),
                    500_000L + random.nextInt(1_000_000),
                    5 + random.nextInt(50)),
                2,
                5 + random.nextInt(20),
                true);
        try {
          RollReport report =
              new RollForward(
                      deployment,
                      lease,
                      label,
                      work,
                      goal(oplog, to, selection),
                      options,
                      MergeListener.NONE)
                  .run(from, (count, built) -> {});
          assertThat(report.report().complete()).isTrue();
          done = report;
          break;
        } catch (TidemarkException e) {
          assertThat(e.code()).as(e.toString()).isEqualTo(RestorerError.TARGET_LEASE_LOST);
        }
        checkpoint = lease.stored();
        writes = 1L + random.nextInt(2 << Math.min(20, attempt));
      }
      assertThat(attempt).isBetween(2, 399);
      work.clear();
      try (var left = store.list("")) {
        assertThat(left).isEmpty();
      }
      return done;
    }
  }

  private static List<String> differences(
      SortedMap<String, String> found, SortedMap<String, String> expected) {
    SortedSet<String> namespaces = new TreeSet<>(found.keySet());
    namespaces.addAll(expected.keySet());
    return namespaces.stream()
        .filter(name -> !Objects.equals(found.get(name), expected.get(name)))
        .map(name -> name + "\n  is " + found.get(name) + "\n  not " + expected.get(name))
        .toList();
  }

  private static DeploymentAddress address(String uri) {
    return new DeploymentAddress("target", new ConnectionString(uri));
  }

  /** The entries behind the dump that a server would have as the newest one. */
  private static List<OplogEntry> entries(CapturedOplog captured) throws IOException {
    Optime end;
    try (var dump = Dumps.open(captured.dump())) {
      end = dump.times().orElseThrow().end();
    }
    return captured.entries().stream()
        .filter(entry -> entry.optime().isAfter(end) && !entry.op().equals("n"))
        .toList();
  }
}
