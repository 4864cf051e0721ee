package dev.tidemark.restorer.sink;

import com.mongodb.MongoException;
import com.mongodb.MongoSocketWriteTimeoutException;
import com.mongodb.ServerAddress;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of documents into a target, byte for byte, acknowledged by a majority and only
 * while the lease is held. Thread-safe.
 *
 * <p>Plain batches are inserted. What a server would change or refuse on an insert is written in a
 * form that it keeps. After an interruption, when nobody knows what of a batch arrived, the batch
 * is written again as upserts by {@code _id}.
 */
final class BatchWriter {

  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);
  private static final int MAX_ATTEMPTS = 8;
  private static final long PAUSE_MS = 500;

  private final Deployment target;
  private final TargetLease lease;
  private final TargetAbilities abilities;
  private final ExpectedCollections expected;

  BatchWriter(
      Deployment target,
      TargetLease lease,
      TargetAbilities abilities,
      ExpectedCollections expected) {
    this.target = target;
    this.lease = lease;
    this.abilities = abilities;
    this.expected = expected;
  }

  /**
   * Writes documents.
   *
   * @param fresh whether none of them can be there yet; otherwise each one replaces what has its
   *     {@code _id}
   * @param ordered whether their order is to be kept, as in a capped collection
   */
  void write(
      String database,
      String collection,
      List<BsonSlice> documents,
      boolean fresh,
      boolean ordered) {
    boolean[] insert = {fresh};
    repeat(
        "write " + documents.size() + " documents",
        database + "." + collection + " on " + target,
        !ordered,
        () -> {
          if (insert[0]) {
            insert[0] = false;
            insert(database, collection, documents, ordered);
          } else {
            upsert(database, collection, documents);
          }
        });
  }

  /**
   * Removes documents by their {@code _id}; that one is gone already is fine.
   *
   * @param keys documents that hold an {@code _id} each
   */
  void remove(String database, String collection, List<BsonSlice> keys) {
    BsonArray statements = new BsonArray();
    for (BsonSlice key : keys) {
      statements.add(
          new BsonDocument(
                  "q",
                  new BsonDocument(
                      "_id", new BsonDocument("$eq", key.toRawBsonDocument().get("_id"))))
              .append("limit", new BsonInt32(1)));
    }
    repeat(
        "remove " + keys.size() + " documents",
        database + "." + collection + " on " + target,
        true,
        () -> {
          BsonDocument command =
              new BsonDocument("delete", new BsonString(collection))
                  .append("ordered", BsonBoolean.FALSE);
          expected.expect(command, database, collection);
          finish(command, "deletes", statements);
          List<BsonDocument> errors = run(database, command, keys.size());
          if (!errors.isEmpty()) {
            throw refused(database, collection, errors.get(0));
          }
        });
  }

  /** Does something again after an interruption, a few times. */
  private void repeat(String doing, String where, boolean repeatable, Runnable statement) {
    for (int attempt = 1; ; attempt++) {
      try {
        statement.run();
        return;
      } catch (MongoException e) {
        if (attempt == MAX_ATTEMPTS || !ServerFailures.transientFailure(e) || !repeatable) {
          throw ServerFailures.ofTarget(e, doing, where);
        }
        LOG.warn(
            "Interrupted ({}) while asked to {} at {}, attempt {}",
            ServerFailures.text(e),
            doing,
            where,
            attempt);
        pause();
      }
    }
  }

  private void insert(
      String database, String collection, List<BsonSlice> documents, boolean ordered) {
    List<BsonSlice> plain = documents;
    List<BsonSlice> special = List.of();
    if (!abilities.insertKeepsEmptyTimestamps() || !abilities.insertKeepsNames()) {
      special = documents.stream().filter(this::needsCare).toList();
      if (!special.isEmpty()) {
        plain = documents.stream().filter(document -> !needsCare(document)).toList();
      }
    }
    if (!special.isEmpty() && ordered) {
      // One after another, so that their order in the collection is the right one.
      for (BsonSlice document : documents) {
        if (needsCare(document)) {
          writeWithCare(database, collection, List.of(document));
        } else {
          insertPlain(database, collection, List.of(document), true);
        }
      }
      return;
    }
    insertPlain(database, collection, plain, ordered);
    writeWithCare(database, collection, special);
  }

  private boolean needsCare(BsonSlice document) {
    return (!abilities.insertKeepsEmptyTimestamps() && DocumentTraits.hasEmptyTimestamp(document))
        || (!abilities.insertKeepsNames() && DocumentTraits.hasDollarName(document));
  }

  private void insertPlain(
      String database, String collection, List<BsonSlice> documents, boolean ordered) {
    if (documents.isEmpty()) {
      return;
    }
    BsonDocument command = new BsonDocument("insert", new BsonString(collection));
    command.append("ordered", BsonBoolean.valueOf(ordered));
    if (abilities.bypassEmptyTimestamps()) {
      command.append("bypassEmptyTsReplacement", BsonBoolean.TRUE);
    }
    expected.expect(command, database, collection);
    finish(command, "documents", raw(documents));
    List<BsonDocument> errors = run(database, command, documents.size());
    if (errors.isEmpty()) {
      return;
    }
    List<BsonSlice> present = new ArrayList<>();
    for (BsonDocument error : errors) {
      if (code(error) != ServerFailures.DUPLICATE_KEY || ordered) {
        throw refused(database, collection, error);
      }
      present.add(documents.get(error.getNumber("index").intValue()));
    }
    // A late write of an interrupted attempt: the same document, which does no harm to replace.
    upsert(database, collection, present);
  }

  private void upsert(String database, String collection, List<BsonSlice> documents) {
    writeStatements(database, collection, documents, abilities.pipelineUpserts());
    if (!abilities.pipelineUpserts()) {
      restoreEmptyTimestamps(database, collection, documents);
    }
  }

  private void writeWithCare(String database, String collection, List<BsonSlice> documents) {
    if (!documents.isEmpty()) {
      upsert(database, collection, documents);
    }
  }

  private void writeStatements(
      String database, String collection, List<BsonSlice> documents, boolean asPipeline) {
    BsonArray statements = new BsonArray();
    for (BsonSlice document : documents) {
      statements.add(Upserts.statement(document.toRawBsonDocument(), asPipeline));
    }
    update(database, collection, statements);
  }

  /** On old servers: an operator keeps what an insert or a replacement has changed. */
  private void restoreEmptyTimestamps(
      String database, String collection, List<BsonSlice> documents) {
    if (abilities.insertKeepsEmptyTimestamps()) {
      return;
    }
    BsonArray statements = new BsonArray();
    for (BsonSlice document : documents) {
      BsonDocument set = new BsonDocument();
      for (String name : DocumentTraits.emptyTimestamps(document)) {
        set.append(name, new BsonTimestamp(0, 0));
      }
      if (!set.isEmpty()) {
        BsonValue id = document.toRawBsonDocument().get("_id");
        statements.add(
            new BsonDocument("q", new BsonDocument("_id", new BsonDocument("$eq", id)))
                .append("u", new BsonDocument("$set", set)));
      }
    }
    if (!statements.isEmpty()) {
      update(database, collection, statements);
    }
  }

  private void update(String database, String collection, BsonArray statements) {
    BsonDocument command =
        new BsonDocument("update", new BsonString(collection)).append("ordered", BsonBoolean.FALSE);
    expected.expect(command, database, collection);
    finish(command, "updates", statements);
    List<BsonDocument> errors = run(database, command, statements.size());
    if (!errors.isEmpty()) {
      throw refused(database, collection, errors.get(0));
    }
  }

  private void finish(BsonDocument command, String name, BsonArray values) {
    long remaining = lease.remaining().toMillis();
    if (!command.containsKey("delete")) {
      command.append("bypassDocumentValidation", BsonBoolean.TRUE);
    }
    command
        .append("maxTimeMS", new BsonInt64(remaining))
        .append(
            "writeConcern",
            new BsonDocument("w", new BsonString("majority"))
                .append("wtimeout", new BsonInt32((int) Math.min(Integer.MAX_VALUE, remaining))))
        .append(name, values);
  }

  /** The write errors of the reply. */
  private List<BsonDocument> run(String database, BsonDocument command, int statements) {
    RawBsonDocument reply = target.run(database, command);
    if (reply.isDocument("writeConcernError")) {
      BsonDocument error = reply.getDocument("writeConcernError");
      // Acknowledged, but not known to be there for good: it counts as interrupted.
      throw new MongoSocketWriteTimeoutException(
          "Write concern majority was not satisfied for "
              + statements
              + " documents, code "
              + code(error),
          new ServerAddress(target.address().hosts().get(0)),
          null);
    }
    List<BsonDocument> errors = new ArrayList<>();
    if (reply.isArray("writeErrors")) {
      reply.getArray("writeErrors").forEach(error -> errors.add(error.asDocument()));
    }
    return errors;
  }

  private static BsonArray raw(List<BsonSlice> documents) {
    List<RawBsonDocument> raw = new ArrayList<>(documents.size());
    for (BsonSlice document : documents) {
      raw.add(document.toRawBsonDocument());
    }
    return new BsonArray(raw);
  }

  private static int code(BsonDocument error) {
    return error.isNumber("code") ? error.getNumber("code").intValue() : -1;
  }

  private TidemarkException refused(String database, String collection, BsonDocument error) {
    MongoException told = new MongoException(code(error), "a document was refused");
    if (ServerFailures.refusesAllWrites(told)) {
      return ServerFailures.ofTarget(
          told, "write documents", database + "." + collection + " on " + target);
    }
    return new TidemarkException(
        RestorerError.TARGET_WRITE_FAILED,
        "The target refused a document (code " + code(error) + ")",
        database + "." + collection + " on " + target,
        "See the server's log for this moment; make sure that nobody else writes into the target");
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TidemarkException(
          RestorerError.REQUEST_CANCELLED, "Interrupted while writing", "", "", e);
    }
  }
}
