package dev.tidemark.tailer.member;

import com.mongodb.ClientSessionOptions;
import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import dev.tidemark.oplog.bson.BsonSlice;
import java.nio.ByteBuffer;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
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

  /** Runs a command and gives its reply as the bytes that came. */
  public BsonSlice runRaw(String database, Bson command) {
    ByteBuffer reply = run(database, command, RawBsonDocument.class).getByteBuffer().asNIO();
    return BsonSlice.of(reply.array(), reply.arrayOffset() + reply.position(), reply.remaining());
  }

  private <T> T run(String database, Bson command, Class<T> type) {
    return session == null
        ? client.getDatabase(database).runCommand(command, ReadPreference.nearest(), type)
        : client.getDatabase(database).runCommand(session, command, ReadPreference.nearest(), type);
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
