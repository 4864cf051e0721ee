package dev.tidemark.restorer.snapshot;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/**
 * From where a snapshot needs the oplog.
 *
 * @param fetchStart the oldest entry of a transaction that was open at START, or an optime shortly
 *     before it: entries from here to {@code start} only fill transactions
 * @param start entries after this are applied to the documents
 */
record SnapshotStart(Optime fetchStart, Optime start) {

  /**
   * Reads it off a member: first an optime, then the open transactions, then START. A transaction
   * that begins between the two is after the first optime, so none is cut.
   */
  static SnapshotStart of(SourceMember member) {
    Optime before = member.majorityOptime();
    Optime oldest = before;
    for (BsonSlice open : openTransactions(member, before)) {
      BsonTimestamp since = open.toRawBsonDocument().getDocument("startOpTime").getTimestamp("ts");
      Optime optime = Optime.of(since);
      oldest = optime.isBefore(oldest) ? optime : oldest;
    }
    Optime start = member.majorityOptime();
    requireInOplog(member.deployment(), oldest);
    return new SnapshotStart(oldest, start);
  }

  private static List<BsonSlice> openTransactions(SourceMember member, Optime after) {
    BsonDocument find =
        new BsonDocument("find", new BsonString("transactions"))
            .append(
                "filter",
                new BsonDocument(
                    "state",
                    new BsonDocument(
                        "$in",
                        new BsonArray(
                            List.of(new BsonString("prepared"), new BsonString("inProgress"))))))
            .append(
                "readConcern",
                new BsonDocument("level", new BsonString("majority"))
                    .append("afterClusterTime", after.toTimestamp()));
    List<BsonSlice> found = new java.util.ArrayList<>();
    try (RawCursor cursor =
        RawCursor.open(member.deployment(), "config", find, new BsonDocument())) {
      for (BsonSlice open = cursor.next(); open != null; open = cursor.next()) {
        if (open.find("startOpTime") != null) {
          found.add(open.compact());
        }
      }
      return found;
    } catch (MongoException e) {
      throw ServerFailures.ofSource(e, "read config.transactions", member.deployment().toString());
    }
  }

  /** Fails unless the oplog still reaches back to an optime. */
  static void requireInOplog(Deployment member, Optime optime) {
    BsonDocument find =
        new BsonDocument("find", new BsonString("oplog.rs"))
            .append("sort", new BsonDocument("$natural", new BsonInt32(1)))
            .append("limit", new BsonInt32(1))
            .append("singleBatch", BsonBoolean.TRUE)
            .append("projection", new BsonDocument("ts", new BsonInt32(1)));
    try (RawCursor cursor = RawCursor.open(member, "local", find, new BsonDocument())) {
      BsonSlice oldest = cursor.next();
      if (oldest == null || new Optime(oldest.find("ts").timestamp()).isAfter(optime)) {
        throw new TidemarkException(
            RestorerError.SNAPSHOT_OPLOG_ROLLED_OVER,
            "The source's oplog no longer reaches back to " + optime,
            member.toString(),
            "Enlarge the oplog (replSetResizeOplog), or take the snapshot when less is written");
      }
    } catch (MongoCommandException e) {
      throw ServerFailures.ofSource(e, "read local.oplog.rs", member.toString());
    }
  }
}
