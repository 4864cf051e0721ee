package dev.tidemark.benchmarks.capture;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import dev.tidemark.benchmarks.server.Server;
import dev.tidemark.benchmarks.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;

/** The replica set that is captured, and the writes to it. Thread-safe. */
final class Source implements AutoCloseable {

  private static final int BULK = 1_000;

  // It keeps all documents and the oplog in memory.
  private static final long OPLOG_BYTES = 1L << 30;
  private static final String SIMULATOR_HEAP = "-Xmx8g";

  private static final String TEXT = "x".repeat(60);

  private final String uri;
  private final ServerProcess simulator;
  private final MongoClient client;
  private final String setName;

  private Source(String uri, ServerProcess simulator) {
    this.uri = uri;
    this.simulator = simulator;
    this.client = MongoClients.create(uri);
    this.setName =
        client.getDatabase("admin").runCommand(new Document("hello", 1)).getString("setName");
    client.getDatabase(Candidate.DATABASE).drop();
  }

  /**
   * @param uri a replica set whose database {@code bench} may be dropped, or null for a simulator
   * @param directory where the simulator's log goes
   */
  static Source open(String uri, Path directory) throws IOException, InterruptedException {
    if (uri != null) {
      return new Source(uri, null);
    }
    ServerProcess simulator =
        ServerProcess.start(
            Server.SIMULATOR, List.of(SIMULATOR_HEAP), directory, Long.toString(OPLOG_BYTES));
    return new Source(simulator.address(), simulator);
  }

  String uri() {
    return uri;
  }

  String setName() {
    return setName;
  }

  private MongoCollection<Document> collection(Candidate candidate) {
    return client.getDatabase(Candidate.DATABASE).getCollection(candidate.collection());
  }

  /** Inserts small documents, many at a time. */
  void insert(Candidate candidate, int from, int to) {
    List<Document> bulk = new ArrayList<>(BULK);
    for (int id = from; id < to; id++) {
      bulk.add(document(id));
      if (bulk.size() == BULK || id == to - 1) {
        collection(candidate).insertMany(bulk);
        bulk.clear();
      }
    }
  }

  private static Document document(int id) {
    return new Document("_id", id).append("text", TEXT).append("n", 0);
  }

  /** Sets a field of each of these documents. */
  void update(Candidate candidate, int from, int to) {
    List<UpdateOneModel<Document>> bulk = new ArrayList<>(BULK);
    for (int id = from; id < to; id++) {
      bulk.add(new UpdateOneModel<>(Filters.eq("_id", id), Updates.set("n", id + 1)));
      if (bulk.size() == BULK || id == to - 1) {
        collection(candidate).bulkWrite(bulk, new BulkWriteOptions().ordered(false));
        bulk.clear();
      }
    }
  }

  /** One write with a text in it; returns once it is acknowledged. */
  void insertOne(Candidate candidate, String text) {
    collection(candidate).insertOne(new Document("text", text).append("n", 0));
  }

  @Override
  public void close() {
    client.getDatabase(Candidate.DATABASE).drop();
    client.close();
    if (simulator != null) {
      simulator.close();
    }
  }
}
