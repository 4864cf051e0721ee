package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The open cursors of the member. They do not time out. Thread-safe. */
public final class Cursors {

  private final Member member;
  private final Map<Long, Cursor> open = new ConcurrentHashMap<>();

  Cursors(Member member) {
    this.member = member;
  }

  /** Answers a find: the first batch, and the cursor's id if there is or may be more. */
  RawWriter first(Cursor cursor, int batchSize, boolean single) {
    List<RawDocument> batch = cursor.batch(batchSize);
    long id = 0;
    if (!cursor.isExhausted() && !single) {
      id = newId();
      open.put(id, cursor);
    }
    return reply(id, cursor, "firstBatch", batch);
  }

  private long newId() {
    synchronized (open) {
      return member.identifiers().cursorId();
    }
  }

  /**
   * The next batch. A tailable cursor at its end waits up to {@code waitMillis} for something new.
   */
  RawWriter next(long id, int batchSize, long waitMillis) throws InterruptedException {
    Cursor cursor = open.get(id);
    if (cursor == null) {
      throw new CommandFailure(43, "CursorNotFound", "cursor id " + id + " not found");
    }
    try {
      List<RawDocument> batch = cursor.batch(batchSize);
      if (batch.isEmpty() && !cursor.isExhausted()) {
        cursor.await(waitMillis, () -> !open.containsKey(id));
        if (!open.containsKey(id)) {
          throw new CommandFailure(237, "CursorKilled", "cursor " + id + " was killed");
        }
        batch = cursor.batch(batchSize);
      }
      if (cursor.isExhausted()) {
        open.remove(id);
        return reply(0, cursor, "nextBatch", batch);
      }
      return reply(id, cursor, "nextBatch", batch);
    } catch (CommandFailure e) {
      open.remove(id);
      throw e;
    }
  }

  boolean kill(long id) {
    boolean known = open.remove(id) != null;
    member.oplog().wake();
    return known;
  }

  /** Kills every open cursor, as a timeout or a step-down may. */
  public void killAll() {
    open.clear();
    member.oplog().wake();
  }

  private static RawWriter reply(long id, Cursor cursor, String field, List<RawDocument> batch) {
    RawDocument token = cursor.resumeToken();
    if (token == null) {
      return reply(id, cursor.namespace(), field, batch);
    }
    RawWriter reply = new RawWriter().openDocument("cursor").array(field, batch);
    reply.document("postBatchResumeToken", token);
    return reply.int64("id", id).string("ns", cursor.namespace()).close();
  }

  static RawWriter reply(long id, String namespace, String field, List<RawDocument> batch) {
    RawWriter reply = new RawWriter().openDocument("cursor").array(field, batch);
    return reply.int64("id", id).string("ns", namespace).close();
  }
}
