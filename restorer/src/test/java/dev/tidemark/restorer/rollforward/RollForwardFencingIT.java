package dev.tidemark.restorer.rollforward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.embedded.mongo.HeldCommand;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.command.ServedCommand;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.fixture.BroughtBackBase;
import dev.tidemark.restorer.materialize.OplogFile;
import dev.tidemark.restorer.materialize.OplogFiles;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.ReplayTarget;
import dev.tidemark.restorer.merge.WindowLimits;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that pauses while a change of the catalogue is under way, and the one that goes on. */
class RollForwardFencingIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path temporary;
  private SimulatedReplicaSet source;
  private MongoClient client;
  private SimulatedReplicaSet target;
  private ObjectStore store;
  private Path oplog;
  private Optime from;
  private Optime to;

  @BeforeEach
  void open() throws Exception {
    Files.createDirectory(temporary.resolve("archive"));
    store = ObjectStores.open(ArchiveConfig.ofUrl("file:" + temporary.resolve("archive")));
    source = SimulatedReplicaSet.start();
    client = MongoClients.create(source.connectionString());
    MongoDatabase shop = client.getDatabase("shop");
    shop.getCollection("again").insertOne(new Document("_id", "old"));
    shop.createCollection("log", new CreateCollectionOptions().capped(true).sizeInBytes(4096));
    shop.getCollection("log").insertMany(documents(0, 5));
    OplogEntry newest = newest();
    from = newest.optime();
    target =
        BroughtBackBase.startWith(BroughtBackBase.held(client, "shop"), newest.raw(), temporary);
    shop.getCollection("again").drop();
    shop.getCollection("again").insertMany(documents(10, 20));
    shop.getCollection("log").insertMany(documents(5, 8));
    to = newest().optime();
    oplog = temporary.resolve("oplog.bson");
    BroughtBackBase.writeOplog(client, oplog);
  }

  @AfterEach
  void close() {
    target.close();
    client.close();
    source.close();
    store.close();
  }

  @Test
  void shouldNotDropWhatTheNextHolderHasMade() throws Exception {
    EndingLease paused = new EndingLease(1, Optional.empty(), Long.MAX_VALUE);
    CompletableFuture<Void> late;
    try (HeldCommand held = hold(1, command -> command.is("drop") && is(command, "again"))) {
      late = CompletableFuture.runAsync(() -> rollForward(paused));
      assertThat(held.awaitReached(SOON)).isTrue();

      rollForward(new EndingLease(2, paused.stored(), Long.MAX_VALUE));
    }

    assertThatThrownBy(late::join).hasCauseInstanceOf(TidemarkException.class);
    assertThat(BroughtBackBase.state(target)).isEqualTo(BroughtBackBase.state(source));
  }

  @Test
  void shouldNotPutInPlaceWhatTheNextHolderHasHalfLoaded() throws Exception {
    EndingLease paused = new EndingLease(1, Optional.empty(), Long.MAX_VALUE);
    CompletableFuture<Void> late;
    CompletableFuture<Void> next;
    try (HeldCommand load =
        hold(2, command -> command.is("insert") && command.collection().contains("tidemark-"))) {
      try (HeldCommand rename = hold(1, command -> command.is("renameCollection"))) {
        late = CompletableFuture.runAsync(() -> rollForward(paused));
        assertThat(rename.awaitReached(SOON)).isTrue();

        Optional<BsonDocument> checkpoint = paused.stored();
        next =
            CompletableFuture.runAsync(
                () -> rollForward(new EndingLease(2, checkpoint, Long.MAX_VALUE)));
        assertThat(load.awaitReached(SOON)).isTrue();
      }
      assertThatThrownBy(late::join).hasCauseInstanceOf(TidemarkException.class);
    }
    next.join();

    assertThat(BroughtBackBase.state(target)).isEqualTo(BroughtBackBase.state(source));
  }

  private HeldCommand hold(long epoch, Predicate<ServedCommand> wanted) {
    return target
        .faults()
        .hold(command -> command.application().equals(worker(epoch)) && wanted.test(command), 0);
  }

  private static boolean is(ServedCommand command, String collection) {
    return command.collection().equals(collection);
  }

  private static String worker(long epoch) {
    return "worker-" + epoch;
  }

  private void rollForward(EndingLease lease) {
    DeploymentAddress address =
        new DeploymentAddress("target", new ConnectionString(target.connectionString()));
    try (Deployment deployment = Deployment.open(address, worker(lease.epoch()))) {
      Path local = Files.createDirectory(temporary.resolve(worker(lease.epoch())));
      RollReport report =
          new RollForward(
                  deployment,
                  lease,
                  "request",
                  new WorkObjects(store, new ObjectKeys("shop"), "request"),
                  new RollGoal(
                      OplogFiles.of(
                          List.of(new OplogFile(oplog.toString(), () -> Dumps.documents(oplog)))),
                      ReplayTarget.ofReplicaSet(to),
                      namespace ->
                          namespace.startsWith("shop.")
                              ? Optional.of(namespace)
                              : Optional.empty()),
                  new RollOptions(
                      new MergeOptions(1, 1 << 20, local),
                      new WindowLimits(100, 100_000, 50),
                      2,
                      20,
                      true),
                  MergeListener.NONE)
              .run(from, (count, built) -> {});
      assertThat(report.report().complete()).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Document> documents(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> new Document("_id", i)).toList();
  }

  private OplogEntry newest() {
    RawBsonDocument raw =
        client
            .getDatabase("local")
            .getCollection("oplog.rs", RawBsonDocument.class)
            .find()
            .sort(new Document("$natural", -1))
            .first();
    return OplogEntry.read(BroughtBackBase.slice(raw));
  }
}
