package dev.tidemark.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsIT {

  private SimulatedReplicaSet set;
  private MongoClient client;
  private MongoCollection<BsonDocument> orders;

  @BeforeEach
  void start() throws Exception {
    set =
        SimulatedReplicaSet.start(
            SimulatorConfig.builder().noopInterval(Duration.ofMillis(50)).build());
    client = MongoClients.create(set.connectionString());
    orders = client.getDatabase("shop").getCollection("orders", BsonDocument.class);
    for (int i = 0; i < 10; i++) {
      orders.insertOne(new BsonDocument("_id", new BsonInt32(i)));
    }
  }

  @AfterEach
  void stop() {
    client.close();
    set.close();
  }

  private BsonDocument newest() {
    return client
        .getDatabase("local")
        .getCollection("oplog.rs", BsonDocument.class)
        .find()
        .sort(new BsonDocument("$natural", new BsonInt32(-1)))
        .first();
  }

  @Test
  void shouldWriteNoopsWhileNothingElseIsWritten() {
    long before = set.newestOptime();

    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> set.newestOptime() > before);

    assertThat(newest().getDocument("o").getString("msg").getValue()).isEqualTo("periodic noop");
    assertThat(newest().getString("ns").getValue()).isEmpty();
  }

  @Test
  void shouldTakeWritesAgainInAHigherTermAfterAnElection() throws Exception {
    set.faults().stepDown();
    CompletableFuture<Void> write =
        CompletableFuture.runAsync(
            () -> orders.insertOne(new BsonDocument("_id", new BsonInt32(100))));
    assertThat(write).isNotDone();

    set.faults().stepUp();
    write.get(20, TimeUnit.SECONDS);

    assertThat(newest().getInt64("t").getValue()).isEqualTo(2);
    assertThat(orders.countDocuments()).isEqualTo(11);
  }

  @Test
  void shouldTellDriversThatAWriteRefusedAfterAStepDownMayBeTriedAgain() {
    set.faults().stepDown();
    String insert = "{insert: 'orders', documents: [{_id: 101}]%s}";
    String retriable =
        ", lsid: {id: {$binary: {base64: 'AAAAAAAAAAAAAAAAAAAAAA==', subType: '04'}}},"
            + " txnNumber: {$numberLong: '1'}";

    assertThatThrownBy(() -> runOnSecondary(insert.formatted("")))
        .isInstanceOfSatisfying(
            MongoException.class,
            e -> assertThat(e.hasErrorLabel("RetryableWriteError")).isFalse());
    assertThatThrownBy(() -> runOnSecondary(insert.formatted(retriable)))
        .isInstanceOfSatisfying(
            MongoException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(10107);
              assertThat(e.hasErrorLabel("RetryableWriteError")).isTrue();
            });
  }

  private void runOnSecondary(String command) {
    client
        .getDatabase("shop")
        .runCommand(BsonDocument.parse(command), ReadPreference.nearest(), BsonDocument.class);
  }

  @Test
  void shouldNotRepeatARetriedWrite() {
    BsonDocument command =
        BsonDocument.parse(
            "{update: 'orders', updates: [{q: {_id: 1}, u: {$inc: {n: 1}}}], lsid: {id: {$binary:"
                + " {base64: 'AAAAAAAAAAAAAAAAAAAAAA==', subType: '04'}}}, txnNumber:"
                + " {$numberLong: '1'}}");
    var shop = client.getDatabase("shop");

    BsonDocument first = shop.runCommand(command, BsonDocument.class);
    BsonDocument again = shop.runCommand(command, BsonDocument.class);

    assertThat(again.get("nModified")).isEqualTo(first.get("nModified"));
    assertThat(orders.find(BsonDocument.parse("{_id: 1}")).first())
        .isEqualTo(BsonDocument.parse("{_id: 1, n: 1}"));
  }

  @Test
  void shouldLoseCursorsAndConnections() {
    try (MongoCursor<BsonDocument> cursor = orders.find().batchSize(2).iterator()) {
      cursor.next();
      cursor.next();
      set.faults().killCursors();

      assertThatThrownBy(cursor::next)
          .isInstanceOfSatisfying(MongoException.class, e -> assertThat(e.getCode()).isEqualTo(43));
    }
    set.faults().dropConnections();

    assertThat(orders.countDocuments()).isEqualTo(10);
  }

  @Test
  void shouldReportAMajorityThatDoesNotFollow() {
    set.faults().holdMajority();
    WriteConcern majority = WriteConcern.MAJORITY.withWTimeout(50, TimeUnit.MILLISECONDS);

    assertThatThrownBy(
            () ->
                orders
                    .withWriteConcern(majority)
                    .insertOne(new BsonDocument("_id", new BsonInt32(50))))
        .isInstanceOf(MongoWriteConcernException.class);

    assertThat(set.majorityOptime()).isLessThan(set.newestOptime());
    set.faults().releaseMajority();
    assertThat(set.majorityOptime()).isEqualTo(set.newestOptime());
  }
}
