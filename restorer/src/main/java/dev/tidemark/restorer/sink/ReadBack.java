package dev.tidemark.restorer.sink;

import com.mongodb.MongoException;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** Reads a collection of the target as it is, to compare it with what was written. Thread-safe. */
public final class ReadBack {

  private final Deployment target;

  public ReadBack(Deployment target) {
    this.target = target;
  }

  /**
   * What was read.
   *
   * @param digest of all documents
   * @param ordered SHA-256 of the documents in natural order, hex
   */
  public record Found(DocumentSum.Digest digest, String ordered) {}

  /**
   * Reads a collection in natural order, majority committed.
   *
   * @param onDocuments told the number of documents of each batch
   */
  public Found read(RestoredCollection collection, LongConsumer onDocuments) {
    BsonDocument find =
        new BsonDocument("find", new BsonString(TargetNamespaces.documentsOf(collection)))
            .append("hint", new BsonDocument("$natural", new BsonInt32(1)))
            .append("readConcern", new BsonDocument("level", new BsonString("majority")));
    DocumentSum sum = new DocumentSum();
    MessageDigest ordered = sha256();
    boolean order = collection.metadata().isCapped();
    try (RawCursor cursor =
        RawCursor.open(target, collection.database(), find, new BsonDocument())) {
      do {
        long batch = 0;
        for (BsonSlice document = cursor.nextInBatch();
            document != null;
            document = cursor.nextInBatch()) {
          sum.add(document);
          if (order) {
            ordered.update(document.array(), document.offset(), document.length());
          }
          batch++;
        }
        onDocuments.accept(batch);
      } while (cursor.nextBatch());
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(
          e, "read " + collection.namespace() + " back", target.toString());
    }
    return new Found(sum.digest(), order ? HexFormat.of().formatHex(ordered.digest()) : "");
  }

  /** Whether there is a collection or view of this name. */
  public boolean exists(RestoredCollection collection) {
    try {
      for (String name : target.client().getDatabase(collection.database()).listCollectionNames()) {
        if (name.equals(collection.name())) {
          return true;
        }
      }
      return false;
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(
          e, "list the collections of " + collection.database(), target.toString());
    }
  }

  /** Where it reads, for messages. */
  public String location() {
    return target.toString();
  }

  /** The number of documents, as the server counts them. */
  public long count(RestoredCollection collection) {
    try {
      return target
          .client()
          .getDatabase(collection.database())
          .getCollection(TargetNamespaces.documentsOf(collection))
          .countDocuments();
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "count " + collection.namespace(), target.toString());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
