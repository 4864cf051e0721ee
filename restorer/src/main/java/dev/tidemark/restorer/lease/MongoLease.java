package dev.tidemark.restorer.lease;

import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A held lease of a MongoDB deployment, renewed on a thread of its own. */
final class MongoLease implements TargetLease {

  private static final Logger LOG = LoggerFactory.getLogger(MongoLease.class);

  private final MongoLeases leases;
  private final LeaseTerms terms;
  private final Time time;
  private final Optional<BsonDocument> found;
  private final long epoch;
  private final Thread renewer;

  private final Object statement = new Object();
  private LeaseDocument state;

  private volatile long usableUntil;
  private volatile boolean lost;
  private volatile boolean released;

  MongoLease(MongoLeases leases, LeaseDocument state, LeaseTerms terms, Time time, long sentAt) {
    this.leases = leases;
    this.state = state;
    this.terms = terms;
    this.time = time;
    this.found = state.checkpoint();
    this.epoch = state.epoch();
    this.usableUntil = sentAt + terms.usable().toMillis();
    this.renewer = new Thread(this::renew, "lease-" + state.request());
    renewer.setDaemon(true);
    renewer.start();
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Duration remaining() {
    long left = usableUntil - time.hiResClockMs();
    if (lost || released || left <= 0) {
      throw lost();
    }
    return Duration.ofMillis(left);
  }

  @Override
  public Optional<BsonDocument> checkpoint() {
    return found;
  }

  @Override
  public void store(BsonDocument checkpoint) {
    remaining();
    synchronized (statement) {
      advance(state.with(checkpoint));
    }
  }

  @Override
  public void release(boolean over) {
    if (released) {
      return;
    }
    synchronized (statement) {
      released = true;
      renewer.interrupt();
      if (!lost && !leases.replace(state, state.released(over))) {
        LOG.warn("The lease of {} was taken over before it was released", leases.deployment());
      }
    }
  }

  @Override
  public void close() {
    release(false);
  }

  private void renew() {
    while (!released && !lost) {
      try {
        Thread.sleep(terms.renewEvery().toMillis());
        synchronized (statement) {
          if (!released) {
            advance(state.renewed());
          }
        }
      } catch (InterruptedException e) {
        return;
      } catch (TidemarkException | MongoException e) {
        // Whoever writes learns of it from remaining(); until the expiry a later renewal may
        // succeed.
        LOG.warn("Could not renew the lease of {}: {}", leases.deployment(), e.getMessage());
      }
    }
  }

  /** Called with {@link #statement} held. */
  private void advance(LeaseDocument next) {
    long sentAt = time.hiResClockMs();
    if (!leases.replace(state, next)) {
      lost = true;
      throw lost();
    }
    state = next;
    usableUntil = sentAt + terms.usable().toMillis();
  }

  private TidemarkException lost() {
    return new TidemarkException(
        RestorerError.TARGET_LEASE_LOST,
        "The lease of the target expired or was taken over, epoch " + epoch,
        leases.deployment().toString(),
        "Nothing more is written by this worker; the one that took over goes on from the checkpoint");
  }
}
