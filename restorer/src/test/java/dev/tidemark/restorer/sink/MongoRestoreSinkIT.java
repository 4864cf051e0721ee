package dev.tidemark.restorer.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.UnitSink;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MongoRestoreSinkIT {

  private static final LeaseTerms TERMS = new LeaseTerms(Duration.ofSeconds(30), Duration.ZERO);

  private SimulatedReplicaSet target;
  private MongoClient client;
  private Deployment deployment;

  @BeforeEach
  void start() throws IOException {
    target = SimulatedReplicaSet.start();
    client = MongoClients.create(target.connectionString());
    deployment =
        Deployment.open(
            new DeploymentAddress("target", new ConnectionString(target.connectionString())),
            "sink-test");
  }

  private final List<RestoreStage> stages = new ArrayList<>();

  @AfterEach
  void stop() {
    deployment.close();
    client.close();
    target.close();
  }

  @Test
  void shouldLeaveOutWhatIsCompleteAndRewriteTheRestWhenItGoesOn() throws IOException {
    RestoredCollection orders = collection("orders", new BsonDocument());
    try (TargetLease lease = lease();
        MongoRestoreSink first = sink(lease, false, false)) {
      first.begin(List.of(orders));
      CollectionSink collection = first.open(orders);
      write(collection, "a", List.of(document(1, 1), document(2, 1)), true);
      write(collection, "b", List.of(document(3, 1)), false);
    }

    try (TargetLease lease = lease();
        MongoRestoreSink second = sink(lease, false, true)) {
      second.begin(List.of(orders));
      CollectionSink collection = second.open(orders);
      assertThat(collection.completed("a")).contains(digest(document(1, 1), document(2, 1)));
      assertThat(collection.completed("b")).isEmpty();
      write(collection, "b", List.of(document(3, 1), document(4, 1)), true);
    }

    assertThat(stored("orders"))
        .containsExactlyInAnyOrder(document(1, 1), document(2, 1), document(3, 1), document(4, 1));
  }

  @Test
  void shouldKeepTheOrderOfACappedCollectionWhenItGoesOn() throws IOException {
    RestoredCollection log =
        collection(
            "log",
            new BsonDocument("capped", BsonBoolean.TRUE).append("size", new BsonInt32(1 << 20)));
    List<BsonDocument> documents =
        List.of(document(9, 1), document(3, 1), document(7, 1), document(1, 1));
    try (TargetLease lease = lease();
        MongoRestoreSink first = sink(lease, false, false)) {
      first.begin(List.of(log));
      write(first.open(log), "all", documents.subList(0, 2), false);
    }

    try (TargetLease lease = lease();
        MongoRestoreSink second = sink(lease, false, true)) {
      second.begin(List.of(log));
      write(second.open(log), "all", documents, true);
    }

    assertThat(stored("log")).containsExactlyElementsOf(documents);
  }

  @Test
  void shouldKeepWhatServersChangeOrRefuseOnInserts() throws IOException {
    RestoredCollection odd = collection("odd", new BsonDocument());
    List<BsonDocument> documents =
        List.of(
            document(1, 1).append("stamp", new BsonTimestamp(0, 0)),
            document(2, 1).append("$dollar", new BsonInt32(1)),
            document(3, 1).append("dotted.name", new BsonInt32(1)).append("", new BsonInt32(2)));
    try (TargetLease lease = lease();
        MongoRestoreSink sink = sink(lease, false, false)) {
      sink.begin(List.of(odd));
      write(sink.open(odd), "all", documents, true);
    }

    assertThat(stored("odd")).containsExactlyInAnyOrderElementsOf(documents);
  }

  @Test
  void shouldReplaceWhatExistsOnlyWhenThatIsAllowed() throws IOException {
    RestoredCollection orders = collection("orders", new BsonDocument());
    client
        .getDatabase("shop")
        .getCollection("orders", BsonDocument.class)
        .insertOne(document(8, 8));
    try (TargetLease lease = lease();
        MongoRestoreSink refused = sink(lease, false, false)) {
      assertThatThrownBy(() -> refused.begin(List.of(orders)))
          .isInstanceOfSatisfying(
              TidemarkException.class,
              e -> assertThat(e.code()).isEqualTo(RestorerError.TARGET_NOT_EMPTY));
    }
    assertThat(stored("orders")).containsExactly(document(8, 8));

    try (TargetLease lease = lease();
        MongoRestoreSink allowed = sink(lease, true, false)) {
      allowed.begin(List.of(orders));
      write(allowed.open(orders), "all", List.of(document(1, 1)), true);
    }
    assertThat(stored("orders")).containsExactly(document(1, 1));
  }

  @Test
  void shouldWriteNothingWhenTheLeaseIsLost() throws IOException {
    RestoredCollection orders = collection("orders", new BsonDocument());
    TargetLease lease = lease();
    try (MongoRestoreSink sink = sink(lease, false, false)) {
      sink.begin(List.of(orders));
      lease.release(false);
      assertThatThrownBy(() -> write(sink.open(orders), "all", List.of(document(1, 1)), true))
          .isInstanceOfSatisfying(
              TidemarkException.class,
              e -> assertThat(e.code()).isEqualTo(RestorerError.TARGET_LEASE_LOST));
    }
    assertThat(stored("orders")).isEmpty();
  }

  private TargetLease lease() {
    return new MongoLeases(deployment, TERMS, Time.SYSTEM).take("worker", "r-1", () -> false);
  }

  @Test
  void shouldDropWhatWasThereWhenAnAttemptEndedBeforeItLoaded() throws IOException {
    client
        .getDatabase("shop")
        .getCollection("orders", BsonDocument.class)
        .insertOne(document(8, 8));
    RestoredCollection orders = collection("orders", new BsonDocument());

    try (TargetLease lease = lease();
        MongoRestoreSink second = sink(lease, true, RestoreStage.PREPARING)) {
      second.begin(List.of(orders));
      write(second.open(orders), "all", List.of(document(1, 1)), true);
    }

    assertThat(stored("orders")).containsExactly(document(1, 1));
    assertThat(stages).containsExactly(RestoreStage.PREPARING, RestoreStage.LOADING);
  }

  @Test
  void shouldNotWriteIntoACollectionThatAnotherRestoreHasMadeAnew() throws IOException {
    RestoredCollection orders = collection("orders", new BsonDocument());
    try (TargetLease lease = lease();
        MongoRestoreSink late = sink(lease, false, false);
        MongoRestoreSink other = sink(lease, true, false)) {
      late.begin(List.of(orders));
      other.begin(List.of(orders));
      write(other.open(orders), "all", List.of(document(2, 2)), true);

      assertThatThrownBy(() -> write(late.open(orders), "late", List.of(document(1, 1)), true))
          .isInstanceOfSatisfying(
              TidemarkException.class,
              e -> assertThat(e.code()).isEqualTo(RestorerError.TARGET_WRITE_FAILED));
    }
    assertThat(stored("orders")).containsExactly(document(2, 2));
  }

  private MongoRestoreSink sink(TargetLease lease, boolean drop, boolean resumed) {
    return sink(lease, drop, resumed ? RestoreStage.LOADING : RestoreStage.UNTOUCHED);
  }

  private MongoRestoreSink sink(TargetLease lease, boolean drop, RestoreStage reached) {
    return MongoRestoreSink.open(deployment, lease, "r-1", drop, reached, 2, stages::add);
  }

  /**
   * Writes a unit. One that is not completed is written to its last batch, as if the worker had
   * died before it noted the unit.
   */
  private void write(
      CollectionSink collection, String unit, List<BsonDocument> documents, boolean complete)
      throws IOException {
    try (UnitSink sink = collection.unit(unit)) {
      for (BsonDocument document : documents) {
        sink.write(slice(document));
      }
      sink.complete(digest(documents.toArray(new BsonDocument[0])));
    }
    if (!complete) {
      client
          .getDatabase("tidemark")
          .getCollection("progress")
          .deleteOne(new BsonDocument("_id.unit", new BsonString(unit)));
    }
  }

  private static RestoredCollection collection(String name, BsonDocument options) {
    return new RestoredCollection(
        "shop." + name,
        "shop",
        name,
        new CollectionMetadata(
            CollectionMetadata.COLLECTION, options, List.of(), Optional.of(UUID.randomUUID())));
  }

  private static BsonDocument document(int id, int n) {
    return new BsonDocument("_id", new BsonInt32(id)).append("n", new BsonInt32(n));
  }

  private static BsonSlice slice(BsonDocument document) {
    ByteBuffer bytes =
        new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().asNIO();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return BsonSlice.of(copy);
  }

  private static DocumentSum.Digest digest(BsonDocument... documents) {
    DocumentSum sum = new DocumentSum();
    for (BsonDocument document : documents) {
      sum.add(slice(document));
    }
    return sum.digest();
  }

  private List<BsonDocument> stored(String collection) {
    List<BsonDocument> documents = new ArrayList<>();
    client.getDatabase("shop").getCollection(collection, BsonDocument.class).find().into(documents);
    return documents;
  }
}
