package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.TargetLease;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonDocument;

/** A lease that is lost at a certain write, as if the worker had died there. */
final class EndingLease implements TargetLease {

  private final long epoch;
  private final Optional<BsonDocument> found;
  private final AtomicLong writesLeft;
  private Optional<BsonDocument> stored;

  /**
   * @param found what the holder before had stored
   * @param writes how many writes are allowed
   */
  EndingLease(long epoch, Optional<BsonDocument> found, long writes) {
    this.epoch = epoch;
    this.found = found;
    this.stored = found;
    this.writesLeft = new AtomicLong(writes);
  }

  /** What the next holder finds. */
  synchronized Optional<BsonDocument> stored() {
    return stored;
  }

  /** Writes that would still have been allowed. */
  long writesLeft() {
    return writesLeft.get();
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Duration remaining() {
    if (writesLeft.getAndDecrement() <= 0) {
      throw new TidemarkException(RestorerError.TARGET_LEASE_LOST, "the worker died here", "", "");
    }
    return Duration.ofMinutes(1);
  }

  @Override
  public Optional<BsonDocument> checkpoint() {
    return found;
  }

  @Override
  public synchronized void store(BsonDocument checkpoint) {
    remaining();
    stored = Optional.of(checkpoint.clone());
  }

  @Override
  public void release(boolean over) {
    // Nobody else wants it.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
