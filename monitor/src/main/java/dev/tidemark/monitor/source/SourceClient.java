package dev.tidemark.monitor.source;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.MongoStalePrimaryException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.connection.ServerDescription;
import com.mongodb.event.ServerClosedEvent;
import com.mongodb.event.ServerListener;
import com.mongodb.event.ServerOpeningEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;

/**
 * The driver's client for a source that is watched for months, whatever becomes of the members
 * behind its addresses.
 *
 * <p>A driver refuses for good what does not fit what it has seen: the primary of an earlier
 * election, as a set that was initiated anew has; and it forgets a member that was started without
 * its set, or in another one, even if it comes back. Only a new driver finds those again: {@link
 * #reopenIfLost()}. Thread-safe.
 */
public final class SourceClient implements AutoCloseable {

  private static final BsonDocument CONFIG = new BsonDocument("replSetGetConfig", new BsonInt32(1));

  private final MongoClientSettings settings;
  private Watched watched;
  private MongoClient client;
  private boolean closed;

  /** The members that one driver keeps an eye on. Its description of them may be out of date. */
  private static final class Watched implements ServerListener {

    private final Set<ServerAddress> members = ConcurrentHashMap.newKeySet();

    @Override
    public void serverOpening(ServerOpeningEvent event) {
      members.add(event.getServerId().getAddress());
    }

    @Override
    public void serverClosed(ServerClosedEvent event) {
      members.remove(event.getServerId().getAddress());
    }
  }

  public SourceClient(MongoClientSettings settings) {
    this.settings = settings;
    open();
  }

  private void open() {
    Watched anew = new Watched();
    client =
        MongoClients.create(
            MongoClientSettings.builder(settings)
                .applyToServerSettings(server -> server.addServerListener(anew))
                .build());
    watched = anew;
  }

  /** The client at present; closed by this object. */
  public synchronized MongoClient current() {
    return client;
  }

  /** What the driver knows of the members. */
  public List<ServerDescription> members() {
    return current().getClusterDescription().getServerDescriptions();
  }

  /**
   * Runs a command on {@code admin}, with the settings' read preference.
   *
   * @throws MongoException if nobody answers, or refuses
   */
  public BsonDocument run(BsonDocument command) {
    return current()
        .getDatabase("admin")
        .runCommand(command, settings.getReadPreference(), BsonDocument.class);
  }

  /**
   * The id of the replica set, 24 hex digits; empty if its configuration has none.
   *
   * @throws MongoException if nobody answers, or if it may not be read
   */
  public Optional<String> setId() {
    return run(CONFIG)
                .getDocument("config", new BsonDocument())
                .getDocument("settings", new BsonDocument())
                .get("replicaSetId")
            instanceof BsonObjectId id
        ? Optional.of(id.getValue().toHexString())
        : Optional.empty();
  }

  /**
   * Goes on with a new driver where the present one would never find a primary, or any member. To
   * be called when nobody answered: a driver that merely waits keeps what it has learnt.
   */
  public synchronized void reopenIfLost() {
    if (!closed && isLost()) {
      client.close();
      open();
    }
  }

  synchronized boolean isLost() {
    return watched.members.isEmpty() || members().stream().anyMatch(SourceClient::isRefused);
  }

  /** It says that it is primary, and the driver does not believe it. */
  private static boolean isRefused(ServerDescription member) {
    return member.getException() instanceof MongoStalePrimaryException;
  }

  @Override
  public synchronized void close() {
    closed = true;
    client.close();
  }
}
