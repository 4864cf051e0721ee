package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/**
 * The moment that the data on a target shows: the newest entry of its oplog that changed any of it.
 *
 * <p>A member that was brought back logs entries of its own as soon as it is primary, and a worker
 * that takes the lease does, too. Those that change no user's data are passed over: noops, what
 * servers keep for themselves, and the lease.
 *
 * @param optime of the entry
 * @param entry its bytes
 */
public record TargetMoment(Optime optime, BsonSlice entry) {

  /** A member that beats alone for a day logs fewer noops than this. */
  private static final int LOOKED_AT = 20_000;

  private static final int BATCH = 500;

  /** What servers and restores keep for themselves. */
  private static final Set<String> OWN_DATABASES = Set.of("local", "config", MongoLeases.DATABASE);

  /**
   * Looks for it on the primary, without writing anything.
   *
   * @throws TidemarkException ROLL_FORWARD_BASE_MISMATCH if there is no such entry
   */
  public static TargetMoment of(Deployment target) {
    BsonDocument find =
        new BsonDocument("find", new BsonString("oplog.rs"))
            .append("sort", new BsonDocument("$natural", new BsonInt32(-1)))
            .append("limit", new BsonInt32(LOOKED_AT))
            .append("batchSize", new BsonInt32(BATCH))
            .append("readConcern", new BsonDocument("level", new BsonString("majority")));
    try (RawCursor cursor = RawCursor.open(target, "local", find, new BsonDocument())) {
      for (BsonSlice raw = cursor.next(); raw != null; raw = cursor.next()) {
        OplogEntry entry = OplogEntry.read(raw.compact());
        if (changesData(entry)) {
          return new TargetMoment(entry.optime(), entry.raw());
        }
      }
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "read local.oplog.rs", target.toString());
    }
    throw new TidemarkException(
        RestorerError.ROLL_FORWARD_BASE_MISMATCH,
        "The target's oplog does not tell which moment its data shows: none of its newest entries"
            + " changes any",
        target.toString(),
        "Roll a base forward that was brought back with its own oplog (local.oplog.rs), such as a"
            + " snapshot of a member's disk; what mongorestore or a merge restore has written has"
            + " none");
  }

  /** Whether an entry changes the data of a user, or something that users see. */
  static boolean changesData(OplogEntry entry) {
    return changesData(entry, 1);
  }

  private static boolean changesData(OplogEntry entry, int depth) {
    if (entry.op().equals("n")) {
      return false;
    }
    if (entry.kind() == OpKind.COMMAND && entry.o().find("applyOps") != null) {
      BsonSlice.checkDepth(depth);
      // A server deletes its old sessions so, several at a time.
      BsonCursor operation = entry.o().find("applyOps").document().cursor();
      while (operation.next()) {
        if (changesData(entry.inner(operation.object()), depth + 1)) {
          return true;
        }
      }
      return false;
    }
    String namespace = entry.namespace();
    int dot = namespace.indexOf('.');
    String database = dot < 0 ? namespace : namespace.substring(0, dot);
    if (OWN_DATABASES.contains(database) || namespace.equals("admin.system.keys")) {
      return false;
    }
    // What a new primary logs for transactions that were open: nothing of them was visible.
    return !(entry.kind() == OpKind.COMMAND && entry.o().find("abortTransaction") != null);
  }

  /** The entry of a target's oplog that has this very optime. */
  public static Optional<BsonSlice> entryAt(Deployment target, Optime optime) {
    BsonDocument find =
        new BsonDocument("find", new BsonString("oplog.rs"))
            .append("filter", new BsonDocument("ts", optime.toTimestamp()))
            .append("limit", new BsonInt32(1))
            .append("readConcern", new BsonDocument("level", new BsonString("majority")));
    try (RawCursor cursor = RawCursor.open(target, "local", find, new BsonDocument())) {
      return Optional.ofNullable(cursor.next());
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "read local.oplog.rs", target.toString());
    }
  }

  /**
   * Fails if the archive has another entry at this optime.
   *
   * @param archived the archive's entry
   */
  public void requireSame(BsonSlice archived, String where) {
    if (!entry.equals(archived)) {
      throw new TidemarkException(
          RestorerError.ROLL_FORWARD_BASE_MISMATCH,
          "The entry at " + optime + " on the target is another one than in the archive",
          where,
          "The base belongs to another history, or was written to since it was brought back; bring"
              + " it back again as it was taken");
    }
  }
}
