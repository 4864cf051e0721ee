package dev.tidemark.monitor.failover;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import com.mongodb.event.ClusterDescriptionChangedEvent;
import com.mongodb.event.ClusterListener;
import dev.tidemark.monitor.source.SourceClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
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
  private static final int UNAUTHORIZED = 13;
  private static final BsonDocument PING = new BsonDocument("ping", new BsonInt32(1));
  private static final BsonDocument HELLO = new BsonDocument("hello", new BsonInt32(1));

  private final AtomicReference<Runnable> wake = new AtomicReference<>(() -> {});
  private final SourceClient client;
  private volatile String setName = "";
  private volatile String setId = "";
  private Answering identified;

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
    MongoClientSettings settings =
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
    this.client = new SourceClient(settings);
  }

  @Override
  public Sighting look(Primary known) {
    try {
      client.run(PING);
      BsonDocument hello = client.run(HELLO);
      if (!hello
          .getBoolean("isWritablePrimary", hello.getBoolean("ismaster", BsonBoolean.FALSE))
          .getValue()) {
        return new Sighting.SteppedDown();
      }
      long term = Terms.ofPrimary(hello);
      String host = hello.getString("me").getValue();
      identify(hello, new Answering(host, term, process(hello)), known);
      return new Sighting.Answer(new Primary(host, setId, term));
    } catch (MongoException e) {
      if (isSecondary(known)) {
        return new Sighting.SteppedDown();
      }
      // A new driver may believe a primary too easily; PrimaryTracker says whether it is right.
      client.reopenIfLost();
      return new Sighting.Silence(e.getClass().getSimpleName());
    }
  }

  private boolean isSecondary(Primary known) {
    if (known == null) {
      return false;
    }
    ServerAddress address = new ServerAddress(known.host());
    for (ServerDescription server : client.members()) {
      if (server.getAddress().equals(address)) {
        return server.isOk() && server.getType() == ServerType.REPLICA_SET_SECONDARY;
      }
    }
    return false;
  }

  /** Asks again whenever it may be another set: behind the same addresses, even in a same term. */
  private void identify(BsonDocument hello, Answering answering, Primary known) {
    boolean older = known != null && answering.term() < known.term();
    if (older || !answering.equals(identified)) {
      setName = hello.getString("setName").getValue();
      identified = readSetId() ? answering : null;
    }
  }

  /**
   * Keeps the id that is known where none can be read.
   *
   * @return false if it is worth another try
   */
  private boolean readSetId() {
    try {
      client.setId().ifPresent(id -> setId = id);
      return true;
    } catch (MongoCommandException e) {
      // Without the privilege to read the configuration, events carry the name alone.
      return e.getErrorCode() == UNAUTHORIZED;
    } catch (MongoException e) {
      return false;
    }
  }

  /** The server's process: one that starts anew has another id; empty before MongoDB 4.4. */
  private static Optional<BsonValue> process(BsonDocument hello) {
    return Optional.ofNullable(
        hello.getDocument("topologyVersion", new BsonDocument()).get("processId"));
  }

  /** Who says that it is primary. */
  private record Answering(String host, long term, Optional<BsonValue> process) {}

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
