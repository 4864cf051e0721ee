package dev.tidemark.embedded.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoNamespace;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.RenameCollectionOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import java.util.List;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/** Random writes of every kind on a few collections, among them some that fail. */
final class RandomWorkload {

  static final List<String> DATABASES = List.of("shop", "crm");
  private static final List<String> COLLECTIONS = List.of("a", "b", "c");

  private final MongoClient client;
  private final Random random;

  RandomWorkload(MongoClient client, long seed) {
    this.client = client;
    this.random = new Random(seed);
  }

  void run(int operations) {
    for (int i = 0; i < operations; i++) {
      try {
        step();
      } catch (MongoWriteException | MongoBulkWriteException | MongoCommandException e) {
        // Duplicate keys, type errors and lost collections are part of the workload.
        if (e.getCode() == 8) {
          throw e;
        }
      }
    }
  }

  private MongoCollection<BsonDocument> collection() {
    return client
        .getDatabase(DATABASES.get(random.nextInt(2)))
        .getCollection(COLLECTIONS.get(random.nextInt(3)), BsonDocument.class);
  }

  private BsonDocument id() {
    return new BsonDocument("_id", new BsonInt32(random.nextInt(60)));
  }

  private static BsonDocument json(String format, Object... arguments) {
    return BsonDocument.parse(String.format(format, arguments));
  }

  private BsonDocument document() {
    BsonDocument document = id();
    document.putAll(
        json(
            "{n: %d, s: '%d', r: [1, {x: %d}, 'three'], o: {p: {q: %d}, k: -0.0}, d:"
                + " {$numberDecimal: '%d.50'}, y: {$symbol: 'sym'}, b: {$binary: {base64: 'AQID',"
                + " subType: '80'}}}",
            random.nextInt(9),
            random.nextInt(99),
            random.nextInt(9),
            random.nextInt(9),
            random.nextInt(99)));
    return document;
  }

  private BsonDocument operators() {
    int n = random.nextInt(9);
    return switch (random.nextInt(14)) {
      case 0 -> json("{$inc: {n: %d}}", n);
      case 1 -> json("{$set: {'o.p.q': %d, fresh%d: {deep: [1]}}}", n, n);
      case 2 -> json("{$unset: {s: 1, 'o.k': 1}}");
      case 3 -> json("{$push: {r: {x: %d}}}", n);
      case 4 -> json("{$push: {r: {$each: [1, 2, 3], $slice: -4}}}");
      case 5 -> json("{$pull: {r: 1}}");
      case 6 -> json("{$addToSet: {r: %d}}", n);
      case 7 -> json("{$pop: {r: -1}}");
      case 8 -> json("{$rename: {n: 'renamed'}}");
      case 9 -> json("{$mul: {n: 2}, $min: {m: %d}, $max: {x: %d}}", n, n);
      case 10 -> json("{$set: {'r.1.x': %d}, $currentDate: {at: true}}", n);
      case 11 -> json("{$inc: {s: 1}}");
      case 12 -> json("{$set: {o: 5}}");
      default -> json("{$setOnInsert: {first: 1}, $set: {last: %d}}", n);
    };
  }

  private void step() {
    MongoCollection<BsonDocument> collection = collection();
    int kind = random.nextInt(100);
    if (kind < 30) {
      collection.insertOne(document());
    } else if (kind < 60) {
      collection.updateOne(id(), operators(), new UpdateOptions().upsert(random.nextInt(5) == 0));
    } else if (kind < 66) {
      collection.updateMany(json("{n: {$gte: %d}}", random.nextInt(9)), operators());
    } else if (kind < 72) {
      BsonDocument replacement = document();
      BsonDocument query = new BsonDocument("_id", replacement.remove("_id"));
      collection.replaceOne(query, replacement, new ReplaceOptions().upsert(true));
    } else if (kind < 80) {
      collection.deleteOne(id());
    } else if (kind < 82) {
      collection.deleteMany(json("{n: %d}", random.nextInt(9)));
    } else if (kind < 87) {
      collection.findOneAndUpdate(
          id(), operators(), new FindOneAndUpdateOptions().upsert(random.nextBoolean()));
    } else if (kind < 89) {
      collection.updateOne(id(), List.of(json("{$set: {n: 4, piped: {a: '$s'}}}")));
    } else if (kind < 94) {
      collection.bulkWrite(
          List.of(
              new InsertOneModel<>(document()),
              new UpdateOneModel<>(id(), operators()),
              new DeleteOneModel<>(id()),
              new InsertOneModel<>(document())),
          new BulkWriteOptions().ordered(random.nextBoolean()));
    } else {
      catalogue(collection, kind);
    }
  }

  private void catalogue(MongoCollection<BsonDocument> collection, int kind) {
    switch (kind) {
      case 94 -> collection.createIndex(json("{n: 1}"));
      case 95 -> collection.dropIndex("n_1");
      case 96, 97 -> {
        MongoNamespace to =
            new MongoNamespace(
                collection.getNamespace().getDatabaseName(), COLLECTIONS.get(random.nextInt(3)));
        collection.renameCollection(
            to, new RenameCollectionOptions().dropTarget(random.nextBoolean()));
      }
      case 98 -> collection.drop();
      default -> {
        if (random.nextInt(10) == 0) {
          client.getDatabase(collection.getNamespace().getDatabaseName()).drop();
        }
      }
    }
  }
}
