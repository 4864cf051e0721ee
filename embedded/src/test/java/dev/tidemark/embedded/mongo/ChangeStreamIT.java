package dev.tidemark.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.OperationType;
import java.io.IOException;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Change streams as drivers and other connectors use them. */
@Timeout(30)
class ChangeStreamIT {

  private SimulatedReplicaSet set;
  private MongoClient client;
  private MongoCollection<Document> orders;
  private MongoCollection<Document> items;

  @BeforeEach
  void start() throws IOException {
    set = SimulatedReplicaSet.start();
    client = MongoClients.create(set.connectionString());
    orders = client.getDatabase("shop").getCollection("orders");
    items = client.getDatabase("stock").getCollection("items");
  }

  @AfterEach
  void stop() {
    client.close();
    set.close();
  }

  private static ChangeStreamDocument<Document> next(
      MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream) {
    return stream.next();
  }

  @Test
  void shouldTellOfEveryKindOfWriteInOrder() {
    try (var stream = orders.watch().cursor()) {
      orders.insertOne(Document.parse("{_id: 1, a: 1, b: {c: 2, d: [1, 2]}, z: 0}"));
      orders.updateOne(
          Filters.eq("_id", 1),
          Updates.combine(
              Updates.set("a", 5),
              Updates.set("b.c", 6),
              Updates.push("b.d", 3),
              Updates.unset("z")));
      orders.replaceOne(Filters.eq("_id", 1), new Document("q", 1));
      orders.deleteOne(Filters.eq("_id", 1));
      orders.drop();

      ChangeStreamDocument<Document> insert = next(stream);
      assertThat(insert.getOperationType()).isEqualTo(OperationType.INSERT);
      assertThat(insert.getFullDocument())
          .isEqualTo(Document.parse("{_id: 1, a: 1, b: {c: 2, d: [1, 2]}, z: 0}"));
      ChangeStreamDocument<Document> update = next(stream);
      assertThat(update.getDocumentKey()).isEqualTo(BsonDocument.parse("{_id: 1}"));
      assertThat(update.getUpdateDescription().getUpdatedFields())
          .containsAllEntriesOf(BsonDocument.parse("{a: 5, 'b.c': 6, 'b.d.2': 3}"));
      assertThat(update.getUpdateDescription().getRemovedFields()).containsExactly("z");
      ChangeStreamDocument<Document> replace = next(stream);
      assertThat(replace.getOperationType()).isEqualTo(OperationType.REPLACE);
      assertThat(replace.getFullDocument()).isEqualTo(Document.parse("{_id: 1, q: 1}"));
      assertThat(next(stream).getOperationType()).isEqualTo(OperationType.DELETE);
      assertThat(next(stream).getOperationType()).isEqualTo(OperationType.DROP);
    }
  }

  @Test
  void shouldWatchACollectionADatabaseOrEverything() {
    try (var collection = orders.watch().cursor();
        var database = client.getDatabase("stock").watch().cursor();
        var everything = client.watch().cursor()) {
      orders.insertOne(new Document("_id", 1));
      items.insertOne(new Document("_id", 2));

      assertThat(next(collection).getNamespace().getFullName()).isEqualTo("shop.orders");
      assertThat(next(database).getNamespace().getFullName()).isEqualTo("stock.items");
      assertThat(next(everything).getNamespace().getFullName()).isEqualTo("shop.orders");
      assertThat(next(everything).getNamespace().getFullName()).isEqualTo("stock.items");
    }
  }

  @Test
  void shouldResumeBehindATokenOrAtATime() {
    orders.insertOne(new Document("_id", 0));
    BsonTimestamp second;
    BsonDocument token;
    try (var stream = orders.watch().cursor()) {
      orders.insertOne(new Document("_id", 1));
      orders.insertOne(new Document("_id", 2));
      token = next(stream).getResumeToken();
      second = next(stream).getClusterTime();
    }

    assertThat(firstKey(orders.watch().resumeAfter(token))).isEqualTo(2);
    assertThat(firstKey(orders.watch().startAtOperationTime(second))).isEqualTo(2);
  }

  private static int firstKey(ChangeStreamIterable<Document> changes) {
    try (var stream = changes.cursor()) {
      return next(stream).getDocumentKey().getInt32("_id").getValue();
    }
  }

  @Test
  void shouldRunTheStagesBehindIt() {
    try (var stream =
        client
            .watch(
                List.of(
                    Document.parse(
                        "{$replaceRoot: {newRoot: {event: '$$ROOT', of: {$concat:"
                            + " ['$ns.db', '.', '$ns.coll']}}}}"),
                    Document.parse("{$match: {of: 'stock.items'}}"),
                    Document.parse("{$replaceRoot: {newRoot: '$event'}}")))
            .cursor()) {
      orders.insertOne(new Document("_id", 1));
      items.insertOne(new Document("_id", 2));

      assertThat(next(stream).getDocumentKey()).isEqualTo(BsonDocument.parse("{_id: 2}"));
    }
  }

  @Test
  void shouldSayThatTheHistoryIsLost() {
    orders.insertOne(new Document("_id", 0));
    BsonTimestamp first = new BsonTimestamp(set.newestOptime());
    orders.insertOne(new Document("_id", 1));
    orders.insertOne(new Document("_id", 2));
    set.faults().rollOver(first.getValue() + 1);

    assertThatThrownBy(() -> orders.watch().startAtOperationTime(first).cursor())
        .isInstanceOfSatisfying(
            MongoCommandException.class, e -> assertThat(e.getErrorCode()).isEqualTo(286));
  }

  @Test
  void shouldSayWhatItCannotDo() {
    assertThatThrownBy(() -> orders.watch().fullDocument(FullDocument.UPDATE_LOOKUP).cursor())
        .isInstanceOf(MongoCommandException.class)
        .hasMessageContaining("updateLookup");
  }
}
