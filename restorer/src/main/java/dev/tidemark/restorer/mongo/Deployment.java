package dev.tidemark.restorer.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoClientException;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoSocketWriteTimeoutException;
import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * A client of one deployment, or of one member of it. Commands go in and replies come out as raw
 * documents, so that nothing is lost in between. Thread-safe.
 *
 * <p>Failures of the driver pass through unchanged; {@link ServerFailures} tells what they mean.
 */
public final class Deployment implements AutoCloseable {

  private static final Duration SELECTION_TIMEOUT = Duration.ofSeconds(10);

  private final DeploymentAddress address;
  private final MongoClient client;
  private final ReadPreference reads;

  private Deployment(DeploymentAddress address, MongoClient client) {
    this(address, client, ReadPreference.primaryPreferred());
  }

  private Deployment(DeploymentAddress address, MongoClient client, ReadPreference reads) {
    this.address = address;
    this.client = client;
    this.reads = reads;
  }

  /**
   * Connects to the deployment as a whole: commands go to its primary unless they say otherwise.
   *
   * @param applicationName what the server shows for the connections, at most 128 bytes
   */
  public static Deployment open(DeploymentAddress address, String applicationName) {
    return new Deployment(address, MongoClients.create(settings(address, applicationName).build()));
  }

  /** Connects to one member only, whatever its state. */
  public static Deployment openMember(
      DeploymentAddress address, ServerAddress member, String applicationName) {
    return new Deployment(
        address,
        MongoClients.create(
            settings(address, applicationName)
                .applyToClusterSettings(cluster -> cluster.applySettings(only(address, member)))
                .build()));
  }

  /** Settings of one host, also where the connection string names a record that lists hosts. */
  private static ClusterSettings only(DeploymentAddress address, ServerAddress member) {
    ClusterSettings.Builder settings =
        ClusterSettings.builder()
            .hosts(List.of(member))
            .mode(ClusterConnectionMode.SINGLE)
            .serverSelectionTimeout(SELECTION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    if (address.uri().getRequiredReplicaSetName() != null) {
      settings.requiredReplicaSetName(address.uri().getRequiredReplicaSetName());
    }
    return settings.build();
  }

  private static MongoClientSettings.Builder settings(
      DeploymentAddress address, String applicationName) {
    return MongoClientSettings.builder()
        .applyConnectionString(address.uri())
        .applicationName(applicationName)
        .applyToClusterSettings(
            cluster ->
                cluster.serverSelectionTimeout(
                    SELECTION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * The same deployment, which is read from its primary only: no member that lags behind answers.
   * Shares the client, and is closed with this one.
   */
  public Deployment onPrimary() {
    return new Deployment(address, client, ReadPreference.primary());
  }

  public DeploymentAddress address() {
    return address;
  }

  /** The driver's client, for what has no raw form here. */
  public MongoClient client() {
    return client;
  }

  /** Runs a command on the primary. */
  public RawBsonDocument run(String database, BsonDocument command) {
    return client.getDatabase(database).runCommand(command, RawBsonDocument.class);
  }

  /**
   * Runs a command on the primary that changes something, and waits until a majority has it.
   *
   * @param command to which the time limit and the write concern are added
   * @param limit how long it may take
   * @throws MongoSocketWriteTimeoutException if it was carried out, but a majority did not confirm
   *     it: like a connection that broke, this leaves open whether it stays
   */
  public RawBsonDocument runForMajority(String database, BsonDocument command, Duration limit) {
    int millis = (int) Math.min(Integer.MAX_VALUE, limit.toMillis());
    command
        .append("maxTimeMS", new BsonInt64(millis))
        .append(
            "writeConcern",
            new BsonDocument("w", new BsonString("majority"))
                .append("wtimeout", new BsonInt32(millis)));
    RawBsonDocument reply = run(database, command);
    if (reply.isDocument("writeConcernError")) {
      throw new MongoSocketWriteTimeoutException(
          "Write concern majority was not satisfied, code "
              + reply.getDocument("writeConcernError").getNumber("code").intValue(),
          new ServerAddress(address.hosts().get(0)),
          null);
    }
    return reply;
  }

  /** Runs a command on whichever member answers; the only one of a member's own client. */
  public RawBsonDocument runAnywhere(String database, BsonDocument command) {
    return client.getDatabase(database).runCommand(command, reads, RawBsonDocument.class);
  }

  /**
   * A session to tie the batches of a cursor together; null if the server knows no sessions, where
   * cursors need none.
   */
  ClientSession startSession() {
    try {
      return client.startSession(ClientSessionOptions.builder().causallyConsistent(false).build());
    } catch (MongoClientException e) {
      return null;
    }
  }

  RawBsonDocument run(ClientSession session, String database, BsonDocument command) {
    return session == null
        ? runAnywhere(database, command)
        : client.getDatabase(database).runCommand(session, command, reads, RawBsonDocument.class);
  }

  /** Runs a command without further fields in the admin database. */
  public RawBsonDocument admin(String command) {
    return runAnywhere("admin", new BsonDocument(command, new BsonInt32(1)));
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
