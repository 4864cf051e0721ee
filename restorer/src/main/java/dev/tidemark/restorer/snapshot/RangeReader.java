package dev.tidemark.restorer.snapshot;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.io.IOException;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one range of a collection by the collection's UUID, so that a rename in the meantime
 * changes nothing.
 *
 * <p>Every read is majority and not older than the range's watermark: the majority optime that the
 * member knew before the first batch. All writes up to the watermark are in what is read.
 */
final class RangeReader {

  private static final Logger LOG = LoggerFactory.getLogger(RangeReader.class);
  private static final int MAX_INTERRUPTIONS = 10;

  private final Source source;
  private final SourceCollection collection;
  private final Optime start;
  private final SnapshotMeter meter;

  RangeReader(Source source, SourceCollection collection, Optime start, SnapshotMeter meter) {
    this.source = source;
    this.collection = collection;
    this.start = start;
    this.meter = meter;
  }

  /**
   * What was read.
   *
   * @param watermark every write up to here is in it
   * @param operationTime no write after this is in it
   * @param digest of the documents
   */
  record Outcome(Optime watermark, Optime operationTime, DocumentSum.Digest digest) {}

  /**
   * An interruption after which reading cannot go on where it was, because the order of the
   * documents is not that of their keys. The range has to be read from its start.
   */
  static final class LostPosition extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient DocumentSum.Digest discarded;

    LostPosition(MongoException cause, DocumentSum.Digest discarded) {
      super(cause);
      this.discarded = discarded;
    }

    DocumentSum.Digest discarded() {
      return discarded;
    }
  }

  /**
   * Reads the range to its end.
   *
   * @throws LostPosition if it was interrupted and has no order of keys to go on by
   */
  Outcome read(KeyRange range, DocumentWriter out) throws IOException, LostPosition {
    DocumentSum sum = new DocumentSum();
    Optime watermark = null;
    Optime operationTime = Optime.ZERO;
    KeyRange rest = range;
    BsonSlice last = null;
    for (int interruptions = 0; ; ) {
      SourceMember member = source.member();
      Optime known = later(start, member.majorityOptime());
      watermark = watermark == null ? known : watermark;
      try (RawCursor cursor = open(member, rest, known)) {
        BsonSlice document = cursor.next();
        if (last != null && document != null && sameId(last, document)) {
          // The bound of a resumed range is inclusive.
          document = cursor.next();
        }
        while (document != null) {
          long batchDocuments = 0;
          long batchBytes = 0;
          for (; document != null; document = cursor.nextInBatch()) {
            out.write(document);
            sum.add(document);
            last = document;
            batchDocuments++;
            batchBytes += document.length();
          }
          operationTime = later(operationTime, cursor.operationTime());
          meter.read(batchDocuments, batchBytes);
          document = cursor.next();
        }
        return new Outcome(
            watermark, later(later(operationTime, cursor.operationTime()), known), sum.digest());
      } catch (MongoException e) {
        if (e.getCode() == ServerFailures.NAMESPACE_NOT_FOUND) {
          // Dropped meanwhile. The oplog up to END says so, and takes away what was read of it.
          LOG.info("{} was dropped while it was read", collection.namespace());
          Optime dropped = later(known, operationTime(e));
          return new Outcome(watermark, later(operationTime, dropped), sum.digest());
        }
        if (++interruptions > MAX_INTERRUPTIONS) {
          throw tooOften(member, e);
        }
        source.failed(member, e, "read " + collection.namespace());
        if (last != null) {
          if (!collection.splittable()) {
            throw new LostPosition(e, sum.digest());
          }
          rest = range.from(id(last));
        }
      }
    }
  }

  private RawCursor open(SourceMember member, KeyRange range, Optime after) {
    BsonDocument find = new BsonDocument("find", new BsonBinary(collection.uuid().orElseThrow()));
    if (collection.splittable()) {
      find.append("hint", new BsonDocument("_id", new BsonInt32(1)));
    } else {
      find.append("hint", new BsonDocument("$natural", new BsonInt32(1)));
    }
    range.limit(find);
    find.append("noCursorTimeout", BsonBoolean.TRUE)
        .append(
            "readConcern",
            new BsonDocument("level", new BsonString("majority"))
                .append("afterClusterTime", after.toTimestamp()));
    return RawCursor.open(member.deployment(), collection.database(), find, new BsonDocument());
  }

  /** When the member answered with a failure; {@link Optime#ZERO} if it does not say. */
  private static Optime operationTime(MongoException failure) {
    return failure instanceof MongoCommandException command
            && command.getResponse().isTimestamp("operationTime")
        ? Optime.of(command.getResponse().getTimestamp("operationTime"))
        : Optime.ZERO;
  }

  TidemarkException tooOften(SourceMember member, Exception cause) {
    return new TidemarkException(
        RestorerError.SOURCE_UNREACHABLE,
        "Reading " + collection.namespace() + " was interrupted too often",
        member.deployment().toString(),
        "Wait until the source is stable, then ask for the snapshot again",
        cause);
  }

  private static BsonValue id(BsonSlice document) {
    return document.toRawBsonDocument().get("_id");
  }

  private static boolean sameId(BsonSlice one, BsonSlice other) {
    return DocumentKey.ofDocument(one).equals(DocumentKey.ofDocument(other));
  }

  private static Optime later(Optime one, Optime other) {
    return one.isBefore(other) ? other : one;
  }
}
