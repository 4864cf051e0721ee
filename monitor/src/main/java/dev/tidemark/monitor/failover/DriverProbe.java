package dev.tidemark.monitor.failover;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.MongoStalePrimaryException;
import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import com.mongodb.event.ClusterDescriptionChangedEvent;
import com.mongodb.event.ClusterListener;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonValue;

/**
 * Looks at a replica set with the driver: its topology events say when to look, {@code ping} and
 * {@code hello} to the primary say what is there.
 *
 * <p>The term is taken from {@code hello}: a primary's {@code electionId} ends with it, and its
 * newest write carries it.
 */
public final class DriverProbe implements SetProbe {

  private static final String APPLICATION = "tidemark-monitor";
  private static final BsonDocument PING = new BsonDocument("ping", new BsonInt32(1));
  private static final BsonDocument HELLO = new BsonDocument("hello", new BsonInt32(1));
  private static final BsonDocument CONFIG = new BsonDocument("replSetGetConfig", new BsonInt32(1));

  private final AtomicReference<Runnable> wake = new AtomicReference<>(() -> {});
  private final MongoClientSettings settings;
  private MongoClient client;
  private volatile String setName = "";
  private volatile String setId = "";

  /**
   * @param interval how often the driver looks at the members by itself
   * @param patience how long one look may take
   */
  public DriverProbe(ConnectionString address, Duration interval, Duration patience) {
    ClusterListener listener =
        new ClusterListener() {
          @Override
          public void clusterDescriptionChanged(ClusterDescriptionChangedEvent event) {
            wake.get().run();
          }
        };
    this.settings =
        MongoClientSettings.builder()
            .applyConnectionString(address)
            .applicationName(APPLICATION)
            .readPreference(ReadPreference.primary())
            .retryReads(false)
            .applyToClusterSettings(
                cluster ->
                    cluster
                        .serverSelectionTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                        .addClusterListener(listener))
            .applyToServerSettings(
                server ->
                    server
                        .heartbeatFrequency(interval.toMillis(), TimeUnit.MILLISECONDS)
                        .minHeartbeatFrequency(
                            Math.min(500, interval.toMillis()), TimeUnit.MILLISECONDS))
            .applyToSocketSettings(
                socket ->
                    socket
                        .connectTimeout((int) patience.toMillis(), TimeUnit.MILLISECONDS)
                        .readTimeout((int) patience.toMillis(), TimeUnit.MILLISECONDS))
            .applyToConnectionPoolSettings(pool -> pool.maxSize(2))
            .build();
    this.client = MongoClients.create(settings);
  }

  @Override
  public Sighting look(Primary known) {
    try {
      run(PING);
      BsonDocument hello = run(HELLO);
      if (!hello
          .getBoolean("isWritablePrimary", hello.getBoolean("ismaster", BsonBoolean.FALSE))
          .getValue()) {
        return new Sighting.SteppedDown();
      }
      long term = Terms.ofPrimary(hello);
      identify(hello, known != null && term < known.term());
      return new Sighting.Answer(new Primary(hello.getString("me").getValue(), setId, term));
    } catch (MongoException e) {
      if (isSecondary(known)) {
        return new Sighting.SteppedDown();
      }
      if (refusesPrimary()) {
        client.close();
        client = MongoClients.create(settings);
      }
      return new Sighting.Silence(e.getClass().getSimpleName());
    }
  }

  /**
   * Whether somebody says that it is primary and the driver does not believe it, because it has
   * seen a later election. It never will, if the set was initiated anew; a new driver does, and
   * {@link PrimaryTracker} says whether it is right.
   */
  private boolean refusesPrimary() {
    return client.getClusterDescription().getServerDescriptions().stream()
        .anyMatch(server -> server.getException() instanceof MongoStalePrimaryException);
  }

  private BsonDocument run(BsonDocument command) {
    return client
        .getDatabase("admin")
        .runCommand(command, ReadPreference.primary(), BsonDocument.class);
  }

  private boolean isSecondary(Primary known) {
    if (known == null) {
      return false;
    }
    ServerAddress address = new ServerAddress(known.host());
    for (ServerDescription server : client.getClusterDescription().getServerDescriptions()) {
      if (server.getAddress().equals(address)) {
        return server.isOk() && server.getType() == ServerType.REPLICA_SET_SECONDARY;
      }
    }
    return false;
  }

  private void identify(BsonDocument hello, boolean again) {
    if (setName.isEmpty() || again) {
      setName = hello.getString("setName").getValue();
      setId = readSetId();
    }
  }

  // Without the privilege to read the configuration, events carry the name alone.
  private String readSetId() {
    try {
      BsonValue id =
          run(CONFIG)
              .getDocument("config", new BsonDocument())
              .getDocument("settings", new BsonDocument())
              .get("replicaSetId");
      return id instanceof BsonObjectId known ? known.getValue().toHexString() : "";
    } catch (MongoException e) {
      return "";
    }
  }

  @Override
  public String setName() {
    return setName;
  }

  @Override
  public String setId() {
    return setId;
  }

  @Override
  public void onChange(Runnable callback) {
    wake.set(callback);
  }

  @Override
  public void close() {
    client.close();
  }
}
