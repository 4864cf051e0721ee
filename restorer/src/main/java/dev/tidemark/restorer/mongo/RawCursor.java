package dev.tidemark.restorer.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cursor that gives the server's documents as they came over the wire, batch by batch.
 *
 * <p>Works on a member's own client, so that all batches come from the member that opened it. One
 * thread uses it. Failures are the driver's.
 */
public final class RawCursor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RawCursor.class);

  private final Deployment member;
  private final String database;
  private final BsonDocument more;
  private final ClientSession session;
  private final BsonCursor batch;

  private String collection;
  private long id;
  private BsonSlice reply;
  private Optime operationTime;

  private RawCursor(
      Deployment member,
      String database,
      BsonDocument more,
      ClientSession session,
      BsonSlice first) {
    this.member = member;
    this.database = database;
    this.more = more;
    this.session = session;
    this.batch = new BsonCursor(first);
    read(first, "firstBatch");
  }

  /**
   * Sends a command that answers with a cursor.
   *
   * @param more fields of every {@code getMore}, such as maxTimeMS; may be empty
   */
  public static RawCursor open(
      Deployment member, String database, BsonDocument command, BsonDocument more) {
    ClientSession session = member.startSession();
    try {
      return new RawCursor(
          member,
          database,
          more,
          session,
          RawReplies.slice(member.run(session, database, command)));
    } catch (MongoException e) {
      closeSession(session);
      throw e;
    }
  }

  /**
   * The next document of the batch at hand, or null if it is used up. The slice stays valid, its
   * bytes are never written again.
   */
  public BsonSlice nextInBatch() {
    return batch.next() ? batch.document() : null;
  }

  /**
   * Fetches the next batch, which may be empty.
   *
   * @return false if the cursor is exhausted
   */
  public boolean nextBatch() {
    if (id == 0) {
      return false;
    }
    BsonDocument command =
        new BsonDocument("getMore", new BsonInt64(id))
            .append("collection", new BsonString(collection));
    command.putAll(more);
    read(RawReplies.slice(member.run(session, database, command)), "nextBatch");
    return true;
  }

  /** The next document, over as many batches as it takes; null at the end. */
  public BsonSlice next() {
    BsonSlice document = nextInBatch();
    while (document == null && nextBatch()) {
      document = nextInBatch();
    }
    return document;
  }

  /** Whether the server closed it, because everything was given or the position is lost. */
  public boolean exhausted() {
    return id == 0;
  }

  /** The server's logical time of the last reply; {@link Optime#ZERO} if it told none. */
  public Optime operationTime() {
    return operationTime;
  }

  private void read(BsonSlice newReply, String batchName) {
    reply = newReply;
    operationTime = RawReplies.operationTime(reply);
    BsonSlice cursor = reply.find("cursor").document();
    id = cursor.find("id").integer();
    String namespace = cursor.find("ns").string();
    collection = namespace.substring(namespace.indexOf('.') + 1);
    batch.reset(cursor.find(batchName).document());
  }

  @Override
  public void close() {
    if (id != 0) {
      try {
        member.run(
            session,
            database,
            new BsonDocument("killCursors", new BsonString(collection))
                .append("cursors", new BsonArray(List.of(new BsonInt64(id)))));
      } catch (MongoException e) {
        // The server ends idle cursors by itself.
        LOG.debug("Could not close a cursor on {}", member, e);
      }
      id = 0;
    }
    closeSession(session);
  }

  private static void closeSession(ClientSession session) {
    if (session != null) {
      session.close();
    }
  }
}
