package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
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

  private static boolean changesData(OplogEntry entry) {
    if (entry.op().equals("n")) {
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
