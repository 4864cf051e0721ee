package dev.tidemark.restorer.lease;

import java.time.Duration;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * The exclusive right to write into one target, held until it is closed, lost or expired.
 *
 * <p>Every write asks {@link #remaining()} first and bounds itself by the answer, so that a holder
 * that was paused past its expiry finds out before it writes again. Thread-safe.
 */
public interface TargetLease extends AutoCloseable {

  /** Rises by one with every holder; part of the application name of the holder's connections. */
  long epoch();

  /**
   * How long a write that is sent now may take.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException TARGET_LEASE_LOST if the lease expired or
   *     somebody else took it
   */
  Duration remaining();

  /** What the previous holder of the same request stored last; empty if this is a fresh start. */
  Optional<BsonDocument> checkpoint();

  /**
   * Stores how far the restore got. Returns once a majority of the target has it, and with it
   * everything that was written and acknowledged before.
   */
  void store(BsonDocument checkpoint);

  /** Gives the target back; the checkpoint is forgotten if the restore is over. */
  void release(boolean over);

  /** Gives the target back and keeps the checkpoint, unless it was released before. */
  @Override
  void close();
}
