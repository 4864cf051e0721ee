package dev.tidemark.restorer.drill;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;
import org.bson.types.Decimal128;

/**
 * The data that a drill writes, loses and wants back. It lies in a database of its own; nothing
 * else is ever written. Used by one thread.
 *
 * <p>Failures of the source come as {@link ServerFailures#ofSource} says.
 */
final class DrillData {

  private static final String ACCOUNTS = "accounts";
  private static final String LEDGER = "ledger";
  private static final String LAST = "last";
  private static final List<String> COLLECTIONS = List.of(ACCOUNTS, LEDGER, LAST);
  private static final int ACCOUNT_COUNT = 1_000;
  private static final int LEDGER_COUNT = 500;
  private static final int CHANGED = 200;

  private final Deployment source;
  private final MongoDatabase database;
  private final Random random;

  /**
   * @param seed what the documents are made of
   */
  DrillData(Deployment source, String database, long seed) {
    this.source = source;
    this.database = source.client().getDatabase(database).withWriteConcern(WriteConcern.MAJORITY);
    this.random = new Random(seed);
  }

  String name() {
    return database.getName();
  }

  /** Namespace of the one document that is written last. */
  String lastNamespace() {
    return database.getName() + "." + LAST;
  }

  /** Writes what a snapshot is to hold. */
  void create() {
    writing(
        () -> {
          database
              .getCollection(ACCOUNTS)
              .insertMany(IntStream.range(0, ACCOUNT_COUNT).mapToObj(this::account).toList());
          database.getCollection(ACCOUNTS).createIndex(Indexes.ascending("owner"));
        });
  }

  /** Changes it in every way that an oplog tells of, so that the snapshot alone is not enough. */
  void change() {
    writing(
        () -> {
          for (int i = 0; i < CHANGED; i++) {
            database
                .getCollection(ACCOUNTS)
                .updateOne(
                    Filters.eq(random.nextInt(ACCOUNT_COUNT)),
                    Updates.combine(
                        Updates.inc("balance", random.nextInt(1_000)), Updates.push("log", i)));
          }
          database.getCollection(ACCOUNTS).deleteMany(Filters.lt("_id", CHANGED / 2));
          database
              .getCollection(LEDGER)
              .insertMany(IntStream.range(0, LEDGER_COUNT).mapToObj(this::transfer).toList());
          database.getCollection(LEDGER).createIndex(Indexes.descending("at"));
        });
  }

  /** The last write; acknowledged by a majority when this returns. */
  void finish() {
    writing(() -> database.getCollection(LAST).insertOne(new Document("_id", "last write")));
  }

  private Document account(int id) {
    return new Document("_id", id)
        .append("owner", "owner-" + random.nextInt(ACCOUNT_COUNT))
        .append("balance", random.nextInt(100_000))
        .append("limit", Decimal128.parse(random.nextInt(1_000) + ".50"))
        .append("log", List.of());
  }

  private Document transfer(int id) {
    return new Document("_id", id)
        .append("from", random.nextInt(ACCOUNT_COUNT))
        .append("to", random.nextInt(ACCOUNT_COUNT))
        .append("at", java.util.Date.from(Instant.EPOCH.plusSeconds(random.nextInt())));
  }

  /** Digests of what is there now, by namespace. */
  Map<String, DocumentSum.Digest> digests() {
    try {
      Map<String, DocumentSum.Digest> digests = new TreeMap<>();
      for (String collection : COLLECTIONS) {
        digests.put(name() + "." + collection, digest(collection));
      }
      return digests;
    } catch (MongoException e) {
      throw ServerFailures.ofSource(e, "read " + name(), source.toString());
    }
  }

  private DocumentSum.Digest digest(String collection) {
    BsonDocument find =
        new BsonDocument("find", new BsonString(collection))
            .append("readConcern", new BsonDocument("level", new BsonString("majority")));
    DocumentSum sum = new DocumentSum();
    try (RawCursor cursor = RawCursor.open(source, name(), find, new BsonDocument())) {
      for (BsonSlice document : (Iterable<BsonSlice>) documents(cursor)::iterator) {
        sum.add(document);
      }
    }
    return sum.digest();
  }

  private static Stream<BsonSlice> documents(RawCursor cursor) {
    return Stream.generate(cursor::next).takeWhile(document -> document != null);
  }

  /** The loss. */
  void drop() {
    writing(database::drop);
  }

  private void writing(Runnable work) {
    try {
      work.run();
    } catch (MongoException e) {
      throw ServerFailures.ofSource(e, "write to " + name(), source.toString());
    }
  }
}
