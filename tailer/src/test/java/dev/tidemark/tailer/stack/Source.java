package dev.tidemark.tailer.stack;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.RawBsonDocument;

/** A simulated replica set with a client that writes to it. */
public final class Source implements AutoCloseable {

  private final SimulatedReplicaSet set;
  private final MongoClient client;

  public Source() {
    this(SimulatorConfig.builder().build());
  }

  public Source(SimulatorConfig config) {
    try {
      set = SimulatedReplicaSet.start(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client = MongoClients.create(set.connectionString());
  }

  public SimulatedReplicaSet set() {
    return set;
  }

  public MongoCollection<Document> collection(String name) {
    return client.getDatabase("shop").getCollection(name);
  }

  /** Inserts documents one by one. */
  public void insert(int from, int to) {
    for (int i = from; i < to; i++) {
      collection("orders").insertOne(new Document("_id", i).append("item", "thing " + i));
    }
  }

  /** The whole oplog, as its bytes. */
  public List<ByteBuffer> oplog() {
    List<ByteBuffer> entries = new ArrayList<>();
    client
        .getDatabase("local")
        .getCollection("oplog.rs", RawBsonDocument.class)
        .find()
        .forEach(entry -> entries.add(copy(entry)));
    return entries;
  }

  private static ByteBuffer copy(RawBsonDocument entry) {
    ByteBuffer bytes = entry.getByteBuffer().asNIO();
    return ByteBuffer.wrap(
        BsonSlice.of(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining())
            .toByteArray());
  }

  @Override
  public void close() {
    client.close();
    set.close();
  }
}
