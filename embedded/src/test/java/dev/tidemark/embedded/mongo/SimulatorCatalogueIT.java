package dev.tidemark.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.MongoNamespace;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.InsertOneOptions;
import com.mongodb.client.model.ValidationOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatorCatalogueIT {

  private SimulatedReplicaSet set;
  private MongoClient client;
  private MongoDatabase shop;
  private MongoCollection<BsonDocument> orders;
  private BsonTimestamp begin;

  @BeforeEach
  void start() throws Exception {
    set = SimulatedReplicaSet.start();
    client = MongoClients.create(set.connectionString());
    shop = client.getDatabase("shop");
    orders = shop.getCollection("orders", BsonDocument.class);
    begin = new BsonTimestamp(set.newestOptime());
  }

  @AfterEach
  void stop() {
    client.close();
    set.close();
  }

  private static BsonDocument json(String json) {
    return BsonDocument.parse(json);
  }

  private List<BsonDocument> entries() {
    List<BsonDocument> entries = new ArrayList<>();
    client
        .getDatabase("local")
        .getCollection("oplog.rs", BsonDocument.class)
        .find(new BsonDocument("ts", new BsonDocument("$gt", begin)))
        .into(entries);
    return entries;
  }

  /** Operation, namespace, and the first field of the payload of each entry. */
  private List<String> story() {
    return entries().stream()
        .map(
            entry ->
                entry.getString("op").getValue()
                    + " "
                    + entry.getString("ns").getValue()
                    + " "
                    + entry.getDocument("o").getFirstKey())
        .map(line -> line.replaceAll("\\.[0-9a-f-]{36}", ".UUID").replaceAll("tmp\\w{5}", "tmp"))
        .toList();
  }

  private void insert(int... ids) {
    for (int id : ids) {
      orders.insertOne(json("{_id: " + id + ", k: " + id + "}"));
    }
  }

  @Test
  void shouldLogAViewAsADocumentOfItsSystemCollection() {
    insert(1, 2);
    shop.createView("some", "orders", List.of(json("{$match: {k: 2}}")));

    List<BsonDocument> seen =
        shop.getCollection("some", BsonDocument.class).find().into(new ArrayList<>());
    shop.getCollection("some").drop();

    assertThat(seen).containsExactly(json("{_id: 2, k: 2}"));
    assertThat(story())
        .endsWith("c shop.$cmd create", "i shop.system.views _id", "d shop.system.views _id");
    BsonDocument row = entries().get(entries().size() - 2).getDocument("o");
    assertThat(row)
        .isEqualTo(json("{_id: 'shop.some', viewOn: 'orders', pipeline: [{$match: {k: 2}}]}"));
  }

  @Test
  void shouldLogWhatACappedCollectionEvicts() {
    shop.createCollection(
        "orders", new CreateCollectionOptions().capped(true).sizeInBytes(4096).maxDocuments(2));
    insert(3, 1, 2);

    assertThat(orders.find().map(doc -> doc.getInt32("_id").getValue()).into(new ArrayList<>()))
        .containsExactly(1, 2);
    assertThat(story())
        .containsExactly(
            "c shop.$cmd create",
            "i shop.orders _id",
            "i shop.orders _id",
            "i shop.orders _id",
            "d shop.orders _id");
    BsonDocument options = shop.listCollections(BsonDocument.class).first().getDocument("options");
    assertThat(options.getBoolean("capped").getValue()).isTrue();
  }

  @Test
  void shouldReplaceACollectionByTheOutputOfAPipeline() {
    insert(1);
    orders
        .aggregate(
            List.of(
                json("{$project: {k: 1, twice: {$add: ['$k', '$k']}}}"), json("{$out: 'sums'}")))
        .toCollection();

    assertThat(shop.getCollection("sums", BsonDocument.class).find().first())
        .isEqualTo(json("{_id: 1, k: 1, twice: 2}"));
    assertThat(story())
        .endsWith(
            "c shop.$cmd create", "i shop.tmp.agg_out.UUID _id", "c shop.$cmd renameCollection");
  }

  @Test
  void shouldLogARenameAcrossDatabasesAsACopy() {
    insert(1);
    orders.renameCollection(new MongoNamespace("crm.orders"));

    assertThat(story())
        .endsWith(
            "c crm.$cmd create",
            "i crm.tmp.renameCollection _id",
            "c crm.$cmd renameCollection",
            "c shop.$cmd drop");
    assertThat(client.getDatabase("crm").getCollection("orders").countDocuments()).isOne();
  }

  @Test
  void shouldMakeACollectionCappedThroughACopy() {
    insert(1);
    shop.runCommand(json("{convertToCapped: 'orders', size: 4096}"));

    assertThat(story())
        .endsWith(
            "c shop.$cmd create",
            "i shop.tmp.convertToCapped.orders _id",
            "c shop.$cmd renameCollection");
  }

  @Test
  void shouldLogAChangedIndexAndValidator() {
    insert(1);
    orders.createIndex(json("{at: 1}"));
    shop.runCommand(
        json(
            "{collMod: 'orders', index: {keyPattern: {at: 1}, expireAfterSeconds: 60}, validator:"
                + " {k: {$gt: 0}}}"));

    List<BsonDocument> all = entries();
    BsonDocument entry = all.get(all.size() - 1);
    assertThat(entry.getDocument("o"))
        .isEqualTo(
            json(
                "{collMod: 'orders', index: {name: 'at_1', expireAfterSeconds: {$numberLong:"
                    + " '60'}}, validator: {k: {$gt: 0}}}"));
    BsonValue expiry =
        orders.listIndexes(BsonDocument.class).into(new ArrayList<>()).stream()
            .filter(index -> index.getString("name").getValue().equals("at_1"))
            .findFirst()
            .orElseThrow()
            .get("expireAfterSeconds");
    assertThat(expiry.asNumber().intValue()).isEqualTo(60);
  }

  @Test
  void shouldRefuseWhatAValidatorRefusesUnlessItIsBypassed() {
    shop.createCollection(
        "orders",
        new CreateCollectionOptions()
            .validationOptions(new ValidationOptions().validator(json("{k: {$gt: 0}}"))));

    assertThatThrownBy(() -> orders.insertOne(json("{_id: 1, k: 0}")))
        .isInstanceOfSatisfying(
            MongoWriteException.class, e -> assertThat(e.getCode()).isEqualTo(121));
    orders.insertOne(json("{_id: 2, k: 0}"), new InsertOneOptions().bypassDocumentValidation(true));

    assertThat(orders.countDocuments()).isOne();
  }

  @Test
  void shouldLogNoIndexThatTheDocumentsViolate() {
    insert(1, 2);
    orders.updateMany(json("{}"), json("{$set: {k: 1}}"));
    int before = entries().size();

    assertThatThrownBy(() -> orders.createIndex(json("{k: 1}"), new IndexOptions().unique(true)))
        .isInstanceOfSatisfying(
            MongoException.class, e -> assertThat(e.getCode()).isEqualTo(11000));

    assertThat(entries()).hasSize(before);
    assertThat(orders.listIndexes()).hasSize(1);
  }

  @Test
  void shouldSayThatTransactionsAreNotSupported() {
    insert(1);
    try (var session = client.startSession()) {
      session.startTransaction();

      assertThatThrownBy(() -> orders.insertOne(session, json("{_id: 7}")))
          .hasMessageContaining("not supported yet by the simulator");
    }
  }
}
