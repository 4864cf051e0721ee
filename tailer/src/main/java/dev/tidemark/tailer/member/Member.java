package dev.tidemark.tailer.member;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import dev.tidemark.oplog.bson.BsonSlice;
import org.bson.BsonDocument;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.conversions.Bson;

/**
 * One member of a replica set over one connection, so that commands reach it in the order in which
 * they are sent. All commands share one session, which a cursor and its getMores must. Used by one
 * thread at a time.
 */
public final class Member implements AutoCloseable {

  private final ServerAddress address;
  private final MongoClient client;
  private final ClientSession session;
  private final Hello first;
  private final CodecRegistry codecs =
      CodecRegistries.fromRegistries(
          CodecRegistries.fromCodecs(new ReplyCodec()),
          MongoClientSettings.getDefaultCodecRegistry());

  private Member(ServerAddress address, MongoClient client, Hello first, ClientSession session) {
    this.address = address;
    this.client = client;
    this.first = first;
    this.session = session;
  }

  /**
   * Connects to a member.
   *
   * @throws com.mongodb.MongoException if it does not answer
   */
  public static Member connect(ClientFactory clients, ServerAddress address) {
    MongoClient client = clients.openMember(address);
    try {
      Hello hello = Hello.of(client);
      return new Member(address, client, hello, hello.sessions() ? session(client) : null);
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static ClientSession session(MongoClient client) {
    return client.startSession(ClientSessionOptions.builder().causallyConsistent(false).build());
  }

  public ServerAddress address() {
    return address;
  }

  /** What the member said of itself when the connection was made. */
  public Hello first() {
    return first;
  }

  /** What the member says of itself now. */
  public Hello hello() {
    return Hello.of(run("admin", Hello.COMMAND, BsonDocument.class));
  }

  /** Runs a command and decodes its reply. */
  public BsonDocument run(String database, Bson command) {
    return run(database, command, BsonDocument.class);
  }

  /** Runs a command and gives its reply as the bytes that came, valid until the next such reply. */
  public BsonSlice runRaw(String database, Bson command) {
    return run(database, command, BsonSlice.class);
  }

  private <T> T run(String name, Bson command, Class<T> type) {
    MongoDatabase database = client.getDatabase(name).withCodecRegistry(codecs);
    return session == null
        ? database.runCommand(command, ReadPreference.nearest(), type)
        : database.runCommand(session, command, ReadPreference.nearest(), type);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
    client.close();
  }

  /** The address, for messages. */
  @Override
  public String toString() {
    return address.toString();
  }
}
