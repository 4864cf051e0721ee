package dev.tidemark.restorer.snapshot;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Counts what a snapshot has read, holds it to its bound and ends it when it is cancelled.
 * Thread-safe.
 */
final class SnapshotMeter {

  private final Throttle throttle;
  private final BooleanSupplier cancelled;
  private final LongAdder documents = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private volatile boolean aborted;

  SnapshotMeter(Throttle throttle, BooleanSupplier cancelled) {
    this.throttle = throttle;
    this.cancelled = cancelled;
  }

  /** Called by readers after each batch. */
  void read(long batchDocuments, long batchBytes) {
    documents.add(batchDocuments);
    bytes.add(batchBytes);
    checkNotCancelled();
    throttle.pay(batchBytes);
  }

  /** Called for documents that come out of the archive, which no bound concerns. */
  void written(long moreDocuments, long moreBytes) {
    documents.add(moreDocuments);
    bytes.add(moreBytes);
    checkNotCancelled();
  }

  /** Takes back what a range that starts again had counted. */
  void discard(long discardedDocuments, long discardedBytes) {
    documents.add(-discardedDocuments);
    bytes.add(-discardedBytes);
  }

  /** Makes every reader end at its next batch. */
  void abort() {
    aborted = true;
  }

  void checkNotCancelled() {
    if (aborted || cancelled.getAsBoolean()) {
      throw new TidemarkException(
          RestorerError.REQUEST_CANCELLED, "The snapshot was cancelled", "", "");
    }
  }

  long documents() {
    return documents.sum();
  }

  long bytes() {
    return bytes.sum();
  }
}
