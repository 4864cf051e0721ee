package dev.tidemark.benchmarks.restore;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.BaseRange;
import dev.tidemark.restorer.merge.OplogSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * The same work the way mongorestore does it: documents in batches of 1,000 on one connection, then
 * every entry of the oplog by a command of its own, {@code applyOps} where the server knows it.
 */
final class OneByOne {

  private static final int BATCH = 1_000;
  private static final int COMMAND_NOT_FOUND = 59;

  private final MongoDatabase shop;
  private final MongoDatabase admin;

  OneByOne(MongoClient client) {
    this.shop = client.getDatabase("shop");
    this.admin = client.getDatabase("admin");
  }

  void insert(Base base) throws IOException {
    shop.createCollection("orders");
    List<RawBsonDocument> batch = new ArrayList<>();
    for (BaseRange range : base.collections().get(0).ranges()) {
      try (DocumentStream documents = range.open()) {
        for (BsonSlice next = documents.next(); next != null; next = documents.next()) {
          batch.add(next.toRawBsonDocument());
          if (batch.size() == BATCH) {
            send(batch);
          }
        }
      }
    }
    send(batch);
  }

  private void send(List<RawBsonDocument> batch) {
    if (!batch.isEmpty()) {
      shop.runCommand(
          new BsonDocument("insert", new BsonString("orders"))
              .append("ordered", BsonBoolean.FALSE)
              .append("writeConcern", new BsonDocument("w", new BsonString("majority")))
              .append("documents", new BsonArray(batch)));
      batch.clear();
    }
  }

  /**
   * Replays the entries.
   *
   * @return how it was done
   */
  String replay(OplogSource oplog) throws IOException {
    boolean applyOps = knowsApplyOps();
    try (DocumentStream entries = oplog.open(Optime.ZERO)) {
      for (BsonSlice next = entries.next(); next != null; next = entries.next()) {
        RawBsonDocument entry = next.toRawBsonDocument();
        if (applyOps) {
          admin.runCommand(
              new BsonDocument("applyOps", new BsonArray(List.of(withoutUuid(entry)))));
        } else {
          shop.runCommand(update(entry));
        }
      }
    }
    return applyOps ? "applyOps" : "update";
  }

  private boolean knowsApplyOps() {
    try {
      admin.runCommand(new BsonDocument("applyOps", new BsonArray()));
      return true;
    } catch (MongoCommandException e) {
      return e.getErrorCode() != COMMAND_NOT_FOUND;
    }
  }

  private static BsonDocument withoutUuid(BsonDocument entry) {
    BsonDocument copy = new BsonDocument();
    entry.forEach(
        (name, value) -> {
          if (!name.equals("ui")) {
            copy.append(name, value);
          }
        });
    return copy;
  }

  private static BsonDocument update(BsonDocument entry) {
    BsonDocument set = entry.getDocument("o").getDocument("diff").getDocument("u");
    return new BsonDocument("update", new BsonString("orders"))
        .append(
            "updates",
            new BsonArray(
                List.of(
                    new BsonDocument("q", entry.getDocument("o2"))
                        .append("u", new BsonDocument("$set", set))
                        .append("upsert", BsonBoolean.FALSE))))
        .append("maxTimeMS", new BsonInt32(60_000));
  }
}
