package dev.tidemark.restorer.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.DumpedCollection;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.embedded.mongo.HeldCommand;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTakerIT {

  private static final String PADDING = "x".repeat(500);

  @TempDir Path directory;
  private SimulatedReplicaSet source;
  private MongoClient client;
  private ObjectStore store;
  private ExecutorService uploads;

  @BeforeEach
  void start() throws IOException {
    source = SimulatedReplicaSet.start();
    client = MongoClients.create(source.connectionString());
    Files.createDirectories(directory.resolve("archive"));
    store = ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory.resolve("archive")));
    uploads = Executors.newCachedThreadPool();
  }

  @AfterEach
  void stop() {
    client.close();
    source.close();
    store.close();
    uploads.shutdownNow();
  }

  @Test
  void shouldStoreWhatTheDumpLayoutNamesWhenTheSourceHasCollectionsOfEveryKind() throws Exception {
    insert("shop", "orders", 5_000);
    insert("shop", "a/b c", 3);
    client
        .getDatabase("shop")
        .createCollection("log", new CreateCollectionOptions().capped(true).sizeInBytes(1 << 20));
    insert("shop", "log", 10);
    client.getDatabase("shop").createView("recent", "orders", List.of());
    client
        .getDatabase("shop")
        .getCollection("orders")
        .createIndex(Indexes.ascending("n"), new IndexOptions().name("by_n"));

    TakenSnapshot taken = taker(settings(64 << 10)).take();

    assertThat(taken.set().setId()).isEqualTo(source.setId());
    assertThat(taken.fetchStart()).isLessThanOrEqualTo(taken.start());
    assertThat(taken.end()).isGreaterThanOrEqualTo(taken.start());
    StoredCollection orders = stored(taken, "shop.orders");
    assertThat(orders.digest().count()).isEqualTo(5_000);
    assertThat(orders.ranges()).hasSizeGreaterThan(5);
    assertThat(stored(taken, "shop.log").ranges()).hasSize(1);

    Path root = directory.resolve("archive/shop/snapshots/s1/rs0");
    assertThat(root.resolve("shop/a%2Fb+c.bson.gz")).exists();
    assertThat(root.resolve("oplog.bson")).exists();
    try (Dump dump = Dumps.open(root)) {
      for (DumpedCollection collection : dump.collections()) {
        StoredCollection expected = stored(taken, collection.namespace());
        assertThat(collection.metadata().uuid()).isEqualTo(expected.source().uuid());
        if (collection.hasDocuments()) {
          assertThat(read(dump, collection)).isEqualTo(expected.digest());
        }
      }
      assertThat(dump.collections())
          .extracting(DumpedCollection::namespace)
          .containsExactlyInAnyOrder("shop.orders", "shop.a/b c", "shop.log", "shop.recent");
    }
  }

  @Test
  void shouldCoverEveryWriteBetweenStartAndEndWhenTheSourceIsWrittenMeanwhile() throws Exception {
    insert("shop", "orders", 3_000);
    Thread writer =
        new Thread(
            () -> {
              MongoCollection<Document> orders = client.getDatabase("shop").getCollection("orders");
              for (int i = 0; i < 500; i++) {
                orders.updateOne(
                    new Document("_id", i), new Document("$inc", new Document("n", 1)));
              }
            });
    writer.start();

    TakenSnapshot taken = taker(settings(64 << 10)).take();
    writer.join();

    List<Optime> optimes = new ArrayList<>();
    Path oplog = directory.resolve("archive/shop/snapshots/s1/rs0/oplog.bson");
    try (DocumentReader entries = Dumps.documents(oplog)) {
      for (BsonSlice entry = entries.next(); entry != null; entry = entries.next()) {
        optimes.add(new Optime(entry.find("ts").timestamp()));
      }
    }
    assertThat(optimes.get(0)).isEqualTo(taken.fetchStart());
    assertThat(optimes.get(optimes.size() - 1)).isEqualTo(taken.end());
    assertThat(optimes).isSorted();
    assertThat(taken.oplog().count()).isEqualTo(optimes.size());
    assertThat(stored(taken, "shop.orders").ranges())
        .allSatisfy(
            range -> {
              assertThat(range.watermark()).isBetween(taken.start(), taken.end());
              assertThat(range.operationTime()).isLessThanOrEqualTo(taken.end());
            });
  }

  @Test
  void shouldGoOnWhenACollectionIsDroppedBeforeItIsRead() throws Exception {
    insert("shop", "doomed", 100);
    CompletableFuture<TakenSnapshot> taking;
    try (HeldCommand find =
        source
            .faults()
            .hold(command -> command.is("find") && command.database().equals("shop"), 0)) {
      taking = CompletableFuture.supplyAsync(() -> take(settings(64 << 10)));
      assertThat(find.awaitReached(Duration.ofSeconds(60))).isTrue();
      client.getDatabase("shop").getCollection("doomed").drop();
    }

    TakenSnapshot taken = taking.get(60, TimeUnit.SECONDS);

    assertThat(stored(taken, "shop.doomed").digest().count()).isZero();
    // The drop lies before END: a restore takes the collection away again.
    assertThat(taken.end().value()).isEqualTo(source.newestOptime());
  }

  private TakenSnapshot take(SnapshotSettings settings) {
    try {
      return taker(settings).take();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldGoOnWhereItWasWhenCursorsAreKilled() throws Exception {
    insert("shop", "orders", 20_000);
    Thread killer =
        new Thread(
            () -> {
              for (int i = 0; i < 20; i++) {
                source.faults().killCursors();
                Thread.onSpinWait();
              }
            });
    killer.start();

    TakenSnapshot taken = taker(settings(1 << 30)).take();
    killer.join();

    assertThat(stored(taken, "shop.orders").digest().count()).isEqualTo(20_000);
  }

  @Test
  void shouldFailWhenItIsCancelled() throws Exception {
    insert("shop", "orders", 2_000);
    SnapshotTaker taker =
        new SnapshotTaker(
            address(),
            objects(),
            settings(64 << 10),
            new SnapshotMeter(new Throttle(0, Time.SYSTEM), () -> true),
            Time.SYSTEM);

    assertThatThrownBy(taker::take)
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.REQUEST_CANCELLED));
  }

  private SnapshotTaker taker(SnapshotSettings settings) {
    return new SnapshotTaker(
        address(),
        objects(),
        settings,
        new SnapshotMeter(new Throttle(0, Time.SYSTEM), () -> false),
        Time.SYSTEM);
  }

  private DeploymentAddress address() {
    return new DeploymentAddress("shop", new ConnectionString(source.connectionString()));
  }

  private SnapshotObjects objects() {
    return new SnapshotObjects(store, new ObjectKeys("shop"), "s1", 5 << 20, uploads);
  }

  private SnapshotSettings settings(long rangeBytes) {
    return new SnapshotSettings(2, rangeBytes, Compression.GZIP, directory, Duration.ofSeconds(10));
  }

  private static StoredCollection stored(TakenSnapshot taken, String namespace) {
    return taken.collections().stream()
        .filter(collection -> collection.source().namespace().equals(namespace))
        .findFirst()
        .orElseThrow();
  }

  private static DocumentSum.Digest read(Dump dump, DumpedCollection collection)
      throws IOException {
    DocumentSum sum = new DocumentSum();
    try (DocumentReader documents = dump.documents(collection)) {
      for (BsonSlice document = documents.next(); document != null; document = documents.next()) {
        sum.add(document);
      }
    }
    return sum.digest();
  }

  private void insert(String database, String collection, int count) {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(new Document("_id", i).append("n", i % 7).append("padding", PADDING));
    }
    client.getDatabase(database).getCollection(collection).insertMany(documents);
  }
}
