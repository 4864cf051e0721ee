package dev.tidemark.tailer.cursor;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.member.Hello;
import dev.tidemark.tailer.member.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tailable cursor on a member's oplog that awaits majority-committed entries.
 *
 * <p>It speaks {@code find} and {@code getMore} itself, because whoever tells readers that nothing
 * older will follow must know when a getMore was <em>sent</em>. Entries are slices of the reply as
 * it came from the network. Used by one thread.
 */
public final class OplogCursor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OplogCursor.class);
  private static final String DATABASE = "local";
  private static final String COLLECTION = "oplog.rs";

  // What a reply is meant to have: large enough that round trips do not count, small enough that
  // the server prepares the next one, and Kafka takes the last one, before all is read.
  private static final int REPLY_BYTES = 4 << 20;

  // Before the size of this oplog's entries is known. A server's own default is 101.
  private static final int FIRST_BATCH = 4_096;
  private static final int SMALLEST_BATCH = 128;

  private final Member member;
  private final long id;
  private final Duration await;
  private final List<BsonSlice> first;
  private int batchSize = FIRST_BATCH;

  private OplogCursor(Member member, long id, Duration await, List<BsonSlice> first) {
    this.member = member;
    this.id = id;
    this.await = await;
    this.first = first;
  }

  /**
   * Opens a cursor on the entries from an optime on.
   *
   * @param await how long a read waits for an entry
   * @throws com.mongodb.MongoException if the member does not answer or refuses
   */
  public static OplogCursor open(Member member, Optime from, Duration await) {
    BsonDocument find =
        new BsonDocument("find", new BsonString(COLLECTION))
            .append("filter", new BsonDocument("ts", new BsonDocument("$gte", from.toTimestamp())))
            .append("batchSize", new BsonInt32(FIRST_BATCH))
            .append("tailable", BsonBoolean.TRUE)
            .append("awaitData", BsonBoolean.TRUE)
            .append("readConcern", new BsonDocument("level", new BsonString("majority")));
    BsonCursor reply = cursorOf(member.runRaw(DATABASE, find));
    return new OplogCursor(member, id(reply), await, batch(reply, "firstBatch"));
  }

  /**
   * What the open found; empty if there is no entry from the optime on. Valid until {@link #next}.
   */
  public List<BsonSlice> first() {
    return first;
  }

  public Member member() {
    return member;
  }

  /**
   * Sends one getMore.
   *
   * @return the next entries in order, valid until the next call; empty if none came while the
   *     server waited
   * @throws TidemarkException {@code TAILER_CURSOR_LOST} if the server closed the cursor
   * @throws com.mongodb.MongoException if the member does not answer or refuses
   */
  public List<BsonSlice> next() {
    if (id == 0) {
      throw dead();
    }
    BsonCursor reply = cursorOf(member.runRaw(DATABASE, getMore()));
    long next = id(reply);
    List<BsonSlice> batch = batch(reply, "nextBatch");
    if (next == 0 && batch.isEmpty()) {
      throw dead();
    }
    if (!batch.isEmpty()) {
      batchSize = batchSize(batch);
    }
    return batch;
  }

  private BsonDocument getMore() {
    return new BsonDocument("getMore", new BsonInt64(id))
        .append("collection", new BsonString(COLLECTION))
        .append("batchSize", new BsonInt32(batchSize))
        .append("maxTimeMS", new BsonInt64(await.toMillis()));
  }

  /** How many entries of such a size a reply should have. */
  private static int batchSize(List<BsonSlice> batch) {
    BsonSlice last = batch.get(batch.size() - 1);
    int bytes = last.offset() + last.length() - batch.get(0).offset();
    return (int) Math.max(SMALLEST_BATCH, (long) batch.size() * REPLY_BYTES / bytes);
  }

  private TidemarkException dead() {
    return new TidemarkException(
        TailerError.TAILER_CURSOR_LOST,
        "the server closed the oplog cursor",
        "member " + member,
        "It is opened again");
  }

  /**
   * Whether a later word of the member is from the same process as the cursor: a name may lead to
   * another server after a reconnection.
   */
  public boolean isSameProcess(Hello hello) {
    return Objects.equals(hello.process(), member.first().process())
        && Objects.equals(hello.me(), member.first().me());
  }

  private static BsonCursor cursorOf(BsonSlice reply) {
    BsonCursor cursor = reply.find("cursor");
    if (cursor == null) {
      throw new IllegalStateException("the server's reply has no cursor");
    }
    return cursor;
  }

  private static long id(BsonCursor cursor) {
    return cursor.document().find("id").integer();
  }

  private static List<BsonSlice> batch(BsonCursor cursor, String name) {
    BsonCursor entries = cursor.document().find(name).document().cursor();
    List<BsonSlice> batch = new ArrayList<>();
    while (entries.next()) {
      batch.add(entries.document());
    }
    return batch;
  }

  /** Tells the server that the cursor is no longer needed; a server that is gone need not know. */
  @Override
  public void close() {
    if (id == 0) {
      return;
    }
    try {
      member.run(
          DATABASE,
          new BsonDocument("killCursors", new BsonString(COLLECTION))
              .append("cursors", new BsonArray(List.of(new BsonInt64(id)))));
    } catch (RuntimeException e) {
      log.debug("Cursor {} on {} could not be closed", id, member, e);
    }
  }
}
