package dev.tidemark.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.CursorType;
import com.mongodb.ReadConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.Filters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class SimulatorFidelityIT {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatorFidelityIT.class);
  private static final int WRITERS = 4;

  private SimulatedReplicaSet set;
  private MongoClient client;

  @BeforeEach
  void start() throws Exception {
    set = SimulatedReplicaSet.start();
    client = MongoClients.create(set.connectionString());
  }

  @AfterEach
  void stop() {
    client.close();
    set.close();
  }

  private MongoCursor<BsonDocument> tail(MongoClient reader) {
    return reader
        .getDatabase("local")
        .getCollection("oplog.rs", BsonDocument.class)
        .withReadConcern(ReadConcern.MAJORITY)
        .find(Filters.gte("ts", new BsonTimestamp(0)))
        .cursorType(CursorType.TailableAwait)
        .maxAwaitTime(100, TimeUnit.MILLISECONDS)
        .iterator();
  }

  private Future<List<BsonDocument>> tailUntil(ExecutorService threads, String message) {
    return threads.submit(
        () -> {
          List<BsonDocument> entries = new ArrayList<>();
          try (MongoClient reader = MongoClients.create(set.connectionString());
              MongoCursor<BsonDocument> tail = tail(reader)) {
            BsonValue last = null;
            while (!new BsonString(message).equals(last)) {
              BsonDocument entry = tail.next();
              entries.add(entry);
              last = entry.getDocument("o").get("msg");
            }
          }
          return entries;
        });
  }

  private void note(String message) {
    client
        .getDatabase("admin")
        .runCommand(
            new BsonDocument("appendOplogNote", new org.bson.BsonInt32(1))
                .append("data", new BsonDocument("msg", new BsonString(message))));
  }

  @Test
  void shouldLogWhatTheCollectionsHoldAfterManyConcurrentWrites() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    Future<List<BsonDocument>> tailed = tailUntil(threads, "the end");
    List<Future<?>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      RandomWorkload workload = new RandomWorkload(client, 1000 + i);
      writers.add(threads.submit(() -> workload.run(1500)));
    }
    for (Future<?> writer : writers) {
      writer.get(120, TimeUnit.SECONDS);
    }
    note("the end");
    List<BsonDocument> entries = tailed.get(60, TimeUnit.SECONDS);
    threads.shutdown();

    assertThat(entries).hasSize(set.oplogEntries());
    assertStrictlyRising(entries);
    ReplayedCollections replayed = new ReplayedCollections();
    entries.forEach(replayed::apply);
    assertThat(replayed.names()).isEqualTo(listed());
    replayed
        .names()
        .forEach((name, uuid) -> assertThat(read(name)).isEqualTo(replayed.documents(uuid)));
    LOG.info("{} entries replayed to {} collections", entries.size(), replayed.names().size());
  }

  private static void assertStrictlyRising(List<BsonDocument> entries) {
    long last = 0;
    for (BsonDocument entry : entries) {
      long optime = entry.getTimestamp("ts").getValue();
      assertThat(optime).isGreaterThan(last);
      last = optime;
    }
  }

  private Map<String, UUID> listed() {
    Map<String, UUID> listed = new HashMap<>();
    for (String database : RandomWorkload.DATABASES) {
      for (BsonDocument row : client.getDatabase(database).listCollections(BsonDocument.class)) {
        listed.put(
            database + "." + row.getString("name").getValue(),
            row.getDocument("info").getBinary("uuid").asUuid());
      }
    }
    return listed;
  }

  private Map<BsonValue, BsonDocument> read(String namespace) {
    int dot = namespace.indexOf('.');
    MongoCollection<BsonDocument> collection =
        client
            .getDatabase(namespace.substring(0, dot))
            .getCollection(namespace.substring(dot + 1), BsonDocument.class);
    Map<BsonValue, BsonDocument> documents = new HashMap<>();
    for (BsonDocument document : collection.find()) {
      documents.put(document.get("_id"), document);
    }
    return documents;
  }

  @Test
  void shouldDeliverEachEntrySoonAfterItsWrite() throws Exception {
    int count = 20_000;
    ExecutorService threads = Executors.newCachedThreadPool();
    Map<Long, Long> written = new ConcurrentHashMap<>();
    Future<long[]> tailed =
        threads.submit(
            () -> {
              long[] latencies = new long[count];
              int seen = 0;
              try (MongoClient reader = MongoClients.create(set.connectionString());
                  MongoCursor<BsonDocument> tail = tail(reader)) {
                while (seen < count) {
                  BsonDocument entry = tail.next();
                  if (entry.getString("op").getValue().equals("i")) {
                    long id = entry.getDocument("o").getInt64("_id").getValue();
                    latencies[seen++] = System.nanoTime() - written.get(id);
                  }
                }
              }
              return latencies;
            });
    long begin = System.nanoTime();
    List<Future<?>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int first = i * count / WRITERS;
      writers.add(
          threads.submit(
              () -> {
                MongoCollection<BsonDocument> orders =
                    client.getDatabase("shop").getCollection("orders", BsonDocument.class);
                for (long id = first; id < first + count / WRITERS; id++) {
                  written.put(id, System.nanoTime());
                  orders.insertOne(
                      new BsonDocument("_id", new BsonInt64(id))
                          .append("name", new BsonString("order " + id)));
                }
              }));
    }
    for (Future<?> writer : writers) {
      writer.get(120, TimeUnit.SECONDS);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    long[] latencies = tailed.get(60, TimeUnit.SECONDS);
    threads.shutdown();
    Arrays.sort(latencies);
    LOG.info(
        "insertOne by {} writers: {} a second; write to tail: p50 {} us, p99 {} us",
        WRITERS,
        Math.round(count / seconds),
        latencies[count / 2] / 1000,
        latencies[count * 99 / 100] / 1000);

    assertThat(latencies[count * 99 / 100]).isLessThan(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void shouldTakeLargeBatchesOfInserts() {
    MongoCollection<BsonDocument> orders =
        client.getDatabase("shop").getCollection("orders", BsonDocument.class);
    long begin = System.nanoTime();
    int batches = 50;
    for (int batch = 0; batch < batches; batch++) {
      List<BsonDocument> documents = new ArrayList<>();
      for (long i = 0; i < 1000; i++) {
        long id = batch * 1000L + i;
        documents.add(
            new BsonDocument("_id", new BsonInt64(id))
                .append("name", new BsonString("order " + id)));
      }
      orders.insertMany(documents);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    LOG.info("insertMany: {} documents a second", Math.round(batches * 1000 / seconds));

    assertThat(orders.countDocuments()).isEqualTo(batches * 1000L);
    assertThat(set.oplogEntries()).isGreaterThan(batches * 1000);
  }
}
