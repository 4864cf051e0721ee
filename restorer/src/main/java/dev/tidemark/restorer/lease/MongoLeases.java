package dev.tidemark.restorer.lease;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.result.UpdateResult;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes leases of a MongoDB deployment by compare-and-set on one document, acknowledged by a
 * majority. Thread-safe.
 */
public final class MongoLeases {

  /** The database that holds the lease; restores never touch it. */
  public static final String DATABASE = "tidemark";

  /** The collection that holds the lease. */
  public static final String COLLECTION = "leases";

  private static final Logger LOG = LoggerFactory.getLogger(MongoLeases.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long STATEMENT_TIMEOUT_MS = 10_000;

  private final Deployment deployment;
  private final LeaseTerms terms;
  private final Time time;

  public MongoLeases(Deployment deployment, LeaseTerms terms, Time time) {
    this.deployment = deployment;
    this.terms = terms;
    this.time = time;
  }

  /**
   * Takes the lease. Waits while somebody else holds it, up to the terms' patience, and without a
   * bound while another worker holds it for the same request; a holder whose beat does not rise for
   * a whole duration counts as gone.
   *
   * @param cancelled asked while waiting; the wait ends with REQUEST_CANCELLED once it is true
   * @throws TidemarkException TARGET_BUSY if another request's holder still renews the lease
   */
  public TargetLease take(String worker, String request, BooleanSupplier cancelled) {
    long patienceEnds = time.hiResClockMs() + terms.patience().toMillis();
    LeaseDocument seen = current();
    long seenSince = time.hiResClockMs();
    while (true) {
      long now = time.hiResClockMs();
      if (!seen.held() || now - seenSince >= terms.duration().toMillis()) {
        LeaseDocument taken = seen.takenBy(worker, request);
        long sentAt = time.hiResClockMs();
        if (replace(seen, taken)) {
          if (seen.held()) {
            LOG.warn(
                "Took the lease of {} over from {} (request {}), which did not renew it for {} ms",
                deployment,
                seen.holder(),
                seen.request(),
                terms.duration().toMillis());
            OldOperations.kill(deployment, applicationName(seen.request(), seen.epoch()));
          }
          return new MongoLease(this, taken, terms, time, sentAt);
        }
      } else if (now >= patienceEnds && !seen.request().equals(request)) {
        throw busy(seen);
      } else if (cancelled.getAsBoolean()) {
        throw new TidemarkException(
            RestorerError.REQUEST_CANCELLED,
            "Cancelled while waiting for the target",
            deployment.toString(),
            "");
      } else {
        time.sleep(POLL.toMillis());
      }
      LeaseDocument next = current();
      if (!next.sameStateAs(seen)) {
        seenSince = time.hiResClockMs();
      }
      seen = next;
    }
  }

  /**
   * What the request stored last on this target, without taking the lease; empty if it has stored
   * nothing or is over.
   */
  public Optional<BsonDocument> checkpointOf(String request) {
    LeaseDocument now = current();
    return now.request().equals(request) ? now.checkpoint() : Optional.empty();
  }

  /** The application name of the connections that write under an epoch. */
  public static String applicationName(String request, long epoch) {
    String shortened = request.length() > 80 ? request.substring(0, 80) : request;
    return "tidemark-restore/" + shortened + "/" + epoch;
  }

  private TidemarkException busy(LeaseDocument seen) {
    return new TidemarkException(
        RestorerError.TARGET_BUSY,
        "Another restore (request "
            + seen.request()
            + ", worker "
            + seen.holder()
            + ") holds the target",
        deployment.toString(),
        "Wait until it is over or cancel it, then send the request again with a new id");
  }

  private LeaseDocument current() {
    try {
      BsonDocument found =
          collection()
              .find(LeaseDocument.id())
              .maxTime(STATEMENT_TIMEOUT_MS, TimeUnit.MILLISECONDS)
              .first();
      return found == null
          ? new LeaseDocument("", "", 0, 0, Optional.empty())
          : LeaseDocument.read(found);
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "read the lease", deployment.toString());
    }
  }

  /**
   * Replaces one state by the next.
   *
   * @return false if the state is another one by now
   */
  boolean replace(LeaseDocument expected, LeaseDocument next) {
    Instant expires =
        Instant.ofEpochMilli(time.milliseconds())
            .plus(next.held() ? terms.duration() : Duration.ZERO);
    boolean first = expected.epoch() == 0;
    // The first lease is an upsert that can only insert: a document with an epoch does not match,
    // and the insert then meets its _id.
    BsonDocument filter =
        first
            ? LeaseDocument.id().append("epoch", new BsonDocument("$exists", BsonBoolean.FALSE))
            : expected.thisState();
    try {
      UpdateResult result =
          collection().updateOne(filter, next.set(expires), new UpdateOptions().upsert(first));
      return result.getUpsertedId() != null || result.getMatchedCount() > 0;
    } catch (MongoWriteException e) {
      if (e.getCode() == ServerFailures.DUPLICATE_KEY) {
        return false;
      }
      throw ServerFailures.ofTarget(e, "take or renew the lease", deployment.toString());
    } catch (MongoCommandException e) {
      throw ServerFailures.ofTarget(e, "take or renew the lease", deployment.toString());
    }
  }

  private MongoCollection<BsonDocument> collection() {
    return deployment
        .client()
        .getDatabase(DATABASE)
        .getCollection(COLLECTION, BsonDocument.class)
        .withReadPreference(ReadPreference.primary())
        .withReadConcern(ReadConcern.MAJORITY)
        .withWriteConcern(
            WriteConcern.MAJORITY.withWTimeout(STATEMENT_TIMEOUT_MS, TimeUnit.MILLISECONDS));
  }

  Deployment deployment() {
    return deployment;
  }
}
