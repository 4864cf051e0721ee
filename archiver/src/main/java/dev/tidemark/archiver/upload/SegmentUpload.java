package dev.tidemark.archiver.upload;

import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * A finished segment on its way to the store. Thread-safe: the uploading threads report, the stream
 * thread asks.
 */
public final class SegmentUpload {

  private final FinishedSegment segment;
  private final Object holder;
  private final long bytes;
  private Future<?> attempt;
  private UploadOutcome outcome;
  private Throwable failure;
  private boolean abandoned;
  private boolean released;

  /**
   * @param holder holds the partition's frontier until the segment is published
   */
  public SegmentUpload(FinishedSegment segment, Object holder) {
    this.segment = segment;
    this.holder = holder;
    this.bytes = segment.entry().getObjectBytes();
  }

  FinishedSegment segment() {
    return segment;
  }

  /** What was finished; the stored object may say more. */
  public SegmentIndexEntry entry() {
    return segment.entry();
  }

  public Object holder() {
    return holder;
  }

  String key() {
    return segment.key();
  }

  /** Size of the object. */
  long bytes() {
    return bytes;
  }

  synchronized void underway(Future<?> latestAttempt) {
    attempt = latestAttempt;
    if (abandoned) {
      attempt.cancel(false);
    }
  }

  synchronized void complete(UploadOutcome result) {
    outcome = result;
  }

  synchronized void fail(Throwable cause) {
    failure = cause;
  }

  /**
   * How it ended, empty while it goes on.
   *
   * @throws IllegalStateException if it ended by a fault that no repetition mends
   */
  public synchronized Optional<UploadOutcome> outcome() {
    if (failure != null) {
      throw new IllegalStateException("Segment " + key() + " cannot be stored", failure);
    }
    return Optional.ofNullable(outcome);
  }

  /** Gives it up at the next opportunity: its partition went to somebody else. */
  public synchronized void abandon() {
    abandoned = true;
    if (attempt != null) {
      attempt.cancel(false);
    }
  }

  synchronized boolean isAbandoned() {
    return abandoned;
  }

  /** Removes the local file; answers whether this was the first call. */
  synchronized boolean release() {
    if (released) {
      return false;
    }
    released = true;
    segment.close();
    return true;
  }
}
