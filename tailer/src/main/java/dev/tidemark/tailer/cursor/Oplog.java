package dev.tidemark.tailer.cursor;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.member.Member;
import dev.tidemark.tailer.position.StartPosition;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Single questions about a member's oplog. */
public final class Oplog {

  // Always forward: a backward scan sees entries whose predecessors are not committed yet.
  private static final BsonDocument OLDEST =
      BsonDocument.parse(
          "{find: 'oplog.rs', sort: {$natural: 1}, limit: 1, singleBatch: true,"
              + " projection: {ts: 1}, readConcern: {level: 'majority'}}");
  private static final BsonDocument OPEN_TRANSACTIONS =
      BsonDocument.parse(
          "{find: 'transactions', filter: {state: {$in: ['prepared', 'inProgress']}},"
              + " projection: {startOpTime: 1}, sort: {'startOpTime.ts': 1}, limit: 1,"
              + " singleBatch: true, readConcern: {level: 'majority'}}");

  private Oplog() {}

  /**
   * The oldest entry's optime.
   *
   * @throws TidemarkException {@code TAILER_NOT_A_REPLICA_SET} if there is no oplog
   */
  public static Optime oldest(Member member) {
    BsonDocument entry = first(member, "local", OLDEST);
    if (entry == null) {
      throw new TidemarkException(
          TailerError.TAILER_NOT_A_REPLICA_SET,
          "the member's oplog is empty",
          "member " + member,
          "Name members of an initiated replica set");
    }
    return Optime.of(entry.getTimestamp("ts"));
  }

  /** Whether the oplog has an entry at or after an optime. */
  static boolean hasFrom(Member member, Optime optime) {
    BsonDocument find =
        new BsonDocument("find", new BsonString("oplog.rs"))
            .append(
                "filter", new BsonDocument("ts", new BsonDocument("$gte", optime.toTimestamp())))
            .append("projection", new BsonDocument("ts", new BsonInt32(1)))
            .append("limit", new BsonInt32(1))
            .append("singleBatch", BsonBoolean.TRUE)
            .append("readConcern", new BsonDocument("level", new BsonString("majority")));
    return first(member, "local", find) != null;
  }

  /** Where the oldest transaction began that is not finished, or null if none is open. */
  public static Optime oldestOpenTransaction(Member member) {
    BsonDocument transaction = first(member, "config", OPEN_TRANSACTIONS);
    BsonValue start = transaction == null ? null : transaction.get("startOpTime");
    if (start == null || !start.isDocument()) {
      return null;
    }
    BsonTimestamp ts = start.asDocument().getTimestamp("ts");
    return Optime.of(ts);
  }

  /**
   * Where capture begins: for {@code earliest} {@link Optime#ZERO}; for {@code latest} the majority
   * optime, or where the oldest open transaction began if that is older.
   *
   * @throws TidemarkException {@code TAILER_MEMBER_BEHIND} if nothing is majority-committed yet
   */
  public static Optime start(Member member, StartPosition wanted) {
    return switch (wanted.kind()) {
      case EARLIEST -> Optime.ZERO;
      case OPTIME -> wanted.optime();
      case LATEST -> latest(member);
    };
  }

  private static Optime latest(Member member) {
    // In this order: a transaction that begins after the second look begins after that optime.
    Optime majority = member.hello().majority();
    if (majority.equals(Optime.ZERO)) {
      throw new TidemarkException(
          TailerError.TAILER_MEMBER_BEHIND,
          "the member knows no majority-committed entry",
          "member " + member,
          "Wait until the set has a primary and a majority of its members replicates");
    }
    Optime transaction = oldestOpenTransaction(member);
    return transaction != null && transaction.isBefore(majority) ? transaction : majority;
  }

  private static BsonDocument first(Member member, String database, BsonDocument find) {
    BsonArray batch =
        member.run(database, find).getDocument("cursor").getArray("firstBatch", new BsonArray());
    return batch.isEmpty() ? null : batch.get(0).asDocument();
  }
}
