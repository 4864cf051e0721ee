package dev.tidemark.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.CursorType;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.RenameCollectionOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedReplicaSetIT {

  private SimulatedReplicaSet set;
  private MongoClient client;
  private MongoDatabase shop;
  private MongoCollection<BsonDocument> orders;

  @BeforeEach
  void start() throws Exception {
    set = SimulatedReplicaSet.start();
    client = MongoClients.create(set.connectionString());
    shop = client.getDatabase("shop");
    orders = shop.getCollection("orders", BsonDocument.class);
  }

  @AfterEach
  void stop() {
    client.close();
    set.close();
  }

  private static BsonDocument json(String json) {
    return BsonDocument.parse(json);
  }

  private MongoCollection<BsonDocument> oplog() {
    return client.getDatabase("local").getCollection("oplog.rs", BsonDocument.class);
  }

  private List<BsonDocument> entries(String... ops) {
    List<BsonDocument> entries = new ArrayList<>();
    oplog().find(Filters.in("op", ops)).into(entries);
    return entries;
  }

  private BsonDocument lastEntry() {
    return oplog().find().sort(json("{$natural: -1}")).first();
  }

  private BsonDocument command(MongoDatabase database, String json) {
    return database.runCommand(json(json), BsonDocument.class);
  }

  @Test
  void shouldAnswerHelloLikeThePrimaryOfAReplicaSet() {
    BsonDocument hello = command(client.getDatabase("admin"), "{hello: 1}");

    assertThat(hello.getString("setName").getValue()).isEqualTo("rs0");
    assertThat(hello.getBoolean("isWritablePrimary").getValue()).isTrue();
    BsonDocument lastWrite = hello.getDocument("lastWrite");
    assertThat(lastWrite.getDocument("majorityOpTime").getTimestamp("ts").getValue())
        .isEqualTo(set.majorityOptime());
    BsonDocument config = command(client.getDatabase("admin"), "{replSetGetConfig: 1}");
    assertThat(
            config
                .getDocument("config")
                .getDocument("settings")
                .getObjectId("replicaSetId")
                .getValue())
        .isEqualTo(new ObjectId(set.setId()));
  }

  @Test
  void shouldLogTheImageOfEveryKindOfWrite() {
    orders.insertOne(json("{_id: 1, a: 1, r: [1, 2], n: {x: 1}}"));
    orders.updateOne(json("{_id: 1}"), json("{$inc: {a: 4}, $push: {r: 3}, $set: {'n.x': 2}}"));
    orders.updateOne(json("{_id: 1}"), json("{$unset: {n: 1}, $set: {z: 1}}"));
    orders.replaceOne(json("{_id: 1}"), json("{q: 5, w: 6}"));
    orders.updateOne(json("{_id: 2}"), json("{$set: {up: 1}}"), new UpdateOptions().upsert(true));
    orders.replaceOne(json("{_id: 3}"), json("{r: 1}"), new ReplaceOptions().upsert(true));
    orders.findOneAndUpdate(
        json("{_id: 3}"), json("{$inc: {r: 1}}"), new FindOneAndUpdateOptions());
    orders.findOneAndDelete(json("{_id: 2}"));
    orders.deleteMany(json("{_id: {$in: [1, 3]}}"));

    assertThat(entries("i", "u", "d"))
        .extracting(entry -> entry.getString("op").getValue() + entry.getDocument("o").toJson())
        .containsExactly(
            "i{\"_id\": 1, \"a\": 1, \"r\": [1, 2], \"n\": {\"x\": 1}}",
            "u{\"$v\": 2, \"diff\": {\"u\": {\"a\": 5}, \"sr\": {\"a\": true, \"u2\": 3},"
                + " \"sn\": {\"u\": {\"x\": 2}}}}",
            "u{\"$v\": 2, \"diff\": {\"d\": {\"n\": false}, \"i\": {\"z\": 1}}}",
            "u{\"_id\": 1, \"q\": 5, \"w\": 6}",
            "i{\"_id\": 2, \"up\": 1}",
            "i{\"_id\": 3, \"r\": 1}",
            "u{\"$v\": 2, \"diff\": {\"u\": {\"r\": 2}}}",
            "d{\"_id\": 2}",
            "d{\"_id\": 1}",
            "d{\"_id\": 3}");
  }

  @Test
  void shouldLogNothingForAWriteThatFails() {
    orders.createIndex(json("{k: 1}"), new IndexOptions().unique(true));
    orders.insertOne(json("{_id: 1, k: 1}"));
    BsonDocument before = lastEntry();

    assertThatThrownBy(() -> orders.insertOne(json("{_id: 1, k: 2}")))
        .isInstanceOf(MongoWriteException.class);
    assertThatThrownBy(() -> orders.insertOne(json("{_id: 2, k: 1}")))
        .isInstanceOf(MongoWriteException.class);
    assertThatThrownBy(() -> orders.updateOne(json("{_id: 1}"), json("{$inc: {k: 'x'}}")))
        .isInstanceOf(MongoWriteException.class);
    orders.updateOne(json("{_id: 1}"), json("{$set: {k: 1}}"));
    orders.deleteOne(json("{_id: 9}"));

    assertThat(lastEntry()).isEqualTo(before);
  }

  @Test
  void shouldLogChangesOfTheCatalogueUnderTheUuidOfTheCollection() {
    shop.createCollection("a");
    MongoCollection<BsonDocument> a = shop.getCollection("a", BsonDocument.class);
    a.createIndex(json("{x: 1}"));
    a.insertOne(json("{_id: 1}"));
    a.createIndex(json("{y: 1}"));
    a.dropIndex("x_1");
    orders.insertOne(json("{_id: 1}"));
    a.renameCollection(
        new com.mongodb.MongoNamespace("shop.orders"),
        new RenameCollectionOptions().dropTarget(true));
    shop.drop();

    assertThat(entries("c"))
        .extracting(entry -> entry.getDocument("o").getFirstKey())
        .containsExactly(
            "create",
            "createIndexes",
            "startIndexBuild",
            "commitIndexBuild",
            "dropIndexes",
            "create",
            "renameCollection",
            "drop",
            "dropDatabase");
    BsonDocument rename = entries("c").get(6);
    BsonBinary dropped = entries("c").get(5).getBinary("ui");
    assertThat(rename.getDocument("o").getBinary("dropTarget")).isEqualTo(dropped);
    assertThat(rename.getBinary("ui")).isEqualTo(entries("c").get(0).getBinary("ui"));
  }

  @Test
  void shouldReadByUuidInRangesOfTheIdIndex() {
    for (int i = 0; i < 100; i++) {
      orders.insertOne(new BsonDocument("_id", new BsonInt32(i)));
    }
    BsonDocument listed =
        shop.listCollections(BsonDocument.class).filter(json("{name: 'orders'}")).first();
    BsonBinary uuid = listed.getDocument("info").getBinary("uuid");
    BsonDocument find = new BsonDocument("find", uuid);
    find.putAll(json("{hint: {_id: 1}, min: {_id: 10}, max: {_id: 20}, sort: {_id: 1}}"));

    BsonDocument reply = shop.runCommand(find, BsonDocument.class);

    assertThat(reply.getDocument("cursor").getString("ns").getValue()).isEqualTo("shop.orders");
    BsonArray batch = reply.getDocument("cursor").getArray("firstBatch");
    assertThat(batch).hasSize(10);
    assertThat(batch.get(0).asDocument().getInt32("_id").getValue()).isEqualTo(10);
    assertThat(reply.containsKey("operationTime")).isTrue();
    BsonDocument count = shop.runCommand(new BsonDocument("count", uuid), BsonDocument.class);
    assertThat(count.getInt32("n").getValue()).isEqualTo(100);
    BsonDocument indexes =
        shop.runCommand(new BsonDocument("listIndexes", uuid), BsonDocument.class);
    assertThat(indexes.getDocument("cursor").getArray("firstBatch")).hasSize(1);
  }

  @Test
  void shouldKillACursorWhenItsCollectionIsRenamed() {
    for (int i = 0; i < 10; i++) {
      orders.insertOne(new BsonDocument("_id", new BsonInt32(i)));
    }
    try (MongoCursor<BsonDocument> cursor = orders.find().batchSize(2).iterator()) {
      cursor.next();
      cursor.next();
      orders.renameCollection(new com.mongodb.MongoNamespace("shop.renamed"));

      assertThatThrownBy(cursor::next)
          .isInstanceOfSatisfying(
              MongoException.class, e -> assertThat(e.getCode()).isEqualTo(175));
    }
  }

  @Test
  void shouldKeepTheBytesOfADocumentThatDecodingWouldChange() {
    BsonDocument exotic =
        json(
            "{z: {$symbol: 's'}, d: {$numberDecimal: '1.500'}, n: -0.0, b: {$binary: {base64:"
                + " 'AQID', subType: '80'}}, u: {$undefined: true}, c: {$code: 'x', $scope:"
                + " {a: 1}}, re: {$regularExpression: {pattern: 'a', options: 'i'}}, 'a.b': 1}");
    exotic.put("p", new BsonDbPointer("x.y", new ObjectId()));
    BsonDocument deep = new BsonDocument("leaf", new BsonInt32(1));
    for (int i = 0; i < 90; i++) {
      deep = new BsonDocument("n", deep);
    }
    exotic.put("deep", deep);
    BsonDocument sent = new BsonDocument("_id", new BsonInt32(1));
    sent.putAll(exotic);
    byte[] duplicate = withTwice("same", RawBsonDocument.parse("{_id: 2}"));

    orders.insertOne(sent);
    MongoCollection<RawBsonDocument> raw = orders.withDocumentClass(RawBsonDocument.class);
    raw.insertOne(new RawBsonDocument(duplicate));
    orders.updateOne(json("{_id: 1}"), json("{$set: {added: 1}}"));

    BsonDocument expected = sent.clone();
    expected.put("added", new BsonInt32(1));
    assertThat(raw.find(json("{_id: 1}")).first()).isEqualTo(expected);
    RawBsonDocument read = raw.find(json("{_id: 2}")).first();
    assertThat(bytes(read)).isEqualTo(duplicate);
  }

  private static byte[] bytes(RawBsonDocument document) {
    ByteBuf buffer = document.getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] withTwice(String name, RawBsonDocument document) {
    byte[] before = bytes(document);
    byte[] twice = new byte[before.length + 2 * (name.length() + 6)];
    System.arraycopy(before, 0, twice, 0, before.length - 1);
    int position = before.length - 1;
    for (int i = 1; i <= 2; i++) {
      twice[position++] = 0x10;
      for (char c : name.toCharArray()) {
        twice[position++] = (byte) c;
      }
      position++;
      twice[position] = (byte) i;
      position += 4;
    }
    twice[0] = (byte) twice.length;
    return twice;
  }

  @Test
  void shouldDeliverEntriesToATailingCursorAsTheyAreWritten() {
    BsonTimestamp start = new BsonTimestamp(set.newestOptime());
    try (MongoCursor<BsonDocument> tail =
        oplog()
            .withReadConcern(ReadConcern.MAJORITY)
            .find(Filters.gte("ts", start))
            .cursorType(CursorType.TailableAwait)
            .maxAwaitTime(500, TimeUnit.MILLISECONDS)
            .iterator()) {
      assertThat(tail.next().getTimestamp("ts")).isEqualTo(start);
      orders.insertOne(json("{_id: 1}"));

      assertThat(tail.next().getDocument("o").getFirstKey()).isEqualTo("create");
      assertThat(tail.next().getString("op")).isEqualTo(new BsonString("i"));

      set.faults().holdMajority();
      orders.insertOne(json("{_id: 2}"));
      assertThat(tail.tryNext()).isNull();
      set.faults().releaseMajority();
      assertThat(tail.next().getDocument("o")).isEqualTo(json("{_id: 2}"));

      set.faults().rollOver(set.newestOptime());
      orders.insertOne(json("{_id: 3}"));
      assertThatThrownBy(tail::next)
          .isInstanceOfSatisfying(
              MongoException.class, e -> assertThat(e.getCode()).isEqualTo(136));
    }
  }
}
