package dev.tidemark.monitor.source;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.ReadPreference;
import com.mongodb.client.MongoDatabase;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.monitor.schedule.Repetition;
import dev.tidemark.oplog.optime.Optime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from time to time how far back the clusters' oplogs reach. Needs the right to read {@code
 * local.oplog.rs}, its statistics and the set's configuration; without an answer there is no
 * window. Thread-safe.
 */
public final class SourceOplogs implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceOplogs.class);
  private static final String OPLOG = "oplog.rs";
  private static final BsonDocument HELLO = new BsonDocument("hello", new BsonInt32(1));

  private final Map<String, SourceClient> clients = new HashMap<>();
  private final Map<String, OplogWindow> windows = new ConcurrentHashMap<>();
  private final Repetition repetition = new Repetition("source-oplogs", this::readAll);

  /**
   * @param clusters by alias
   * @param patience how long one answer may take
   */
  public SourceOplogs(Map<String, ConnectionString> clusters, Duration patience) {
    clusters.forEach((alias, address) -> clients.put(alias, client(address, patience)));
  }

  private static SourceClient client(ConnectionString address, Duration patience) {
    long millis = patience.toMillis();
    return new SourceClient(
        MongoClientSettings.builder()
            .applyConnectionString(address)
            .applicationName("tidemark-monitor")
            .readPreference(ReadPreference.primaryPreferred())
            .applyToClusterSettings(
                cluster -> cluster.serverSelectionTimeout(millis, TimeUnit.MILLISECONDS))
            .applyToSocketSettings(
                socket ->
                    socket
                        .connectTimeout((int) millis, TimeUnit.MILLISECONDS)
                        .readTimeout((int) millis, TimeUnit.MILLISECONDS))
            .applyToConnectionPoolSettings(pool -> pool.maxSize(1))
            .build());
  }

  /** Begins to read. */
  public SourceOplogs start(Duration interval) {
    repetition.start(interval);
    return this;
  }

  private void readAll() {
    clients.forEach(
        (alias, client) -> {
          try {
            windows.put(alias, read(alias, client));
          } catch (RuntimeException e) {
            windows.remove(alias);
            LOG.warn("The oplog of cluster {} cannot be read: {}", alias, e.toString());
            client.reopenIfLost();
          }
        });
  }

  /**
   * Reads one oplog now.
   *
   * @throws MongoException if the deployment does not answer or refuses
   */
  private static OplogWindow read(String alias, SourceClient client) {
    BsonDocument hello = client.run(HELLO);
    String setId =
        client
            .setId()
            .orElseThrow(() -> new IllegalStateException("the set's configuration has no id"));
    MongoDatabase local = client.current().getDatabase("local");
    BsonDocument oldest =
        local
            .getCollection(OPLOG, BsonDocument.class)
            .find()
            .sort(new BsonDocument("$natural", new BsonInt32(1)))
            .projection(new BsonDocument("ts", new BsonInt32(1)))
            .first();
    if (oldest == null) {
      throw new IllegalStateException("the oplog is empty");
    }
    BsonDocument size =
        local.runCommand(
            new BsonDocument("collStats", new BsonString(OPLOG)),
            ReadPreference.primaryPreferred(),
            BsonDocument.class);
    double used = size.getNumber("size").doubleValue() / size.getNumber("maxSize").doubleValue();
    return new OplogWindow(
        alias,
        new ReplicaSetRef(hello.getString("setName").getValue(), setId),
        Optime.of(oldest.getTimestamp("ts")),
        Optime.of(hello.getDocument("lastWrite").getDocument("opTime").getTimestamp("ts")),
        used);
  }

  /** What was read last, of those clusters that answered. */
  public List<OplogWindow> windows() {
    return new ArrayList<>(windows.values());
  }

  @Override
  public void close() {
    repetition.close();
    clients.values().forEach(SourceClient::close);
  }
}
