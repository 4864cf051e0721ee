package dev.tidemark.archiver.upload;

import dev.tidemark.archive.error.ArchiveException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings finished segments to the object store, those of several replica sets at a time, each until
 * it is there.
 *
 * <p>What the store cannot take now is tried again without end, with growing pauses during which
 * the thread serves other segments. The bytes that wait are counted: {@link #hasRoom} tells the
 * stream thread when to let records pass. Thread-safe.
 */
public final class UploadPool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UploadPool.class);

  private final SegmentStore store;
  private final long maxBytes;
  private final Backoff backoff;
  private final UploadWatch watch;
  private final ScheduledThreadPoolExecutor threads;
  private long waitingBytes;

  /**
   * @param threads segments uploaded at the same time
   * @param maxBytes bytes of finished segments that may wait
   */
  public UploadPool(
      SegmentStore store, int threads, long maxBytes, Backoff backoff, UploadWatch watch) {
    this.store = store;
    this.maxBytes = maxBytes;
    this.backoff = backoff;
    this.watch = watch;
    this.threads =
        new ScheduledThreadPoolExecutor(
            threads,
            task -> {
              Thread thread = new Thread(task, "tidemark-upload");
              thread.setDaemon(true);
              return thread;
            });
    this.threads.setRemoveOnCancelPolicy(true);
  }

  /** A lane for the segments of one replica set. */
  public UploadLane lane() {
    return new UploadLane(this);
  }

  /** Counts an upload among those that wait. */
  synchronized void reserve(SegmentUpload upload) {
    waitingBytes += upload.bytes();
  }

  /**
   * Starts an upload that was reserved.
   *
   * @param whenStored called by an uploading thread once the store has it
   */
  void start(SegmentUpload upload, Runnable whenStored) {
    schedule(upload, whenStored, 0, 0);
  }

  private void schedule(SegmentUpload upload, Runnable whenStored, int failures, long delayMillis) {
    upload.underway(
        threads.schedule(
            () -> run(upload, whenStored, failures), delayMillis, TimeUnit.MILLISECONDS));
  }

  private void run(SegmentUpload upload, Runnable whenStored, int failures) {
    try {
      attempt(upload, whenStored, failures);
    } catch (RejectedExecutionException e) {
      LOG.debug("Segment {} is left to the next archiver", upload.key(), e);
    } catch (RuntimeException | Error e) {
      upload.fail(e);
      release(upload);
    }
  }

  private void attempt(SegmentUpload upload, Runnable whenStored, int failures) {
    if (upload.isAbandoned()) {
      release(upload);
      return;
    }
    try {
      long started = System.nanoTime();
      UploadOutcome outcome = store.store(upload.segment());
      long nanos = System.nanoTime() - started;
      upload.complete(outcome);
      release(upload);
      if (outcome instanceof UploadOutcome.Stored) {
        watch.stored(upload.bytes(), nanos);
        whenStored.run();
      }
    } catch (ArchiveException e) {
      int attempts = failures + 1;
      long pause = backoff.millisAfter(attempts);
      watch.failed();
      // The store's own retries are behind this: it is worth a line each time.
      LOG.warn(
          "Segment {} is not stored after {} attempts; next in {} ms",
          upload.key(),
          attempts,
          pause,
          e);
      schedule(upload, whenStored, attempts, pause);
    }
  }

  /** Gives an upload up; what it held is in the topic. */
  public void abandon(SegmentUpload upload) {
    upload.abandon();
    release(upload);
  }

  private synchronized void release(SegmentUpload upload) {
    if (upload.release()) {
      waitingBytes -= upload.bytes();
      notifyAll();
    }
  }

  /** Whether another segment may be begun. */
  public synchronized boolean hasRoom() {
    return waitingBytes < maxBytes;
  }

  /** Waits for {@link #hasRoom}, no longer than given, and answers it. */
  public synchronized boolean awaitRoom(long millis) throws InterruptedException {
    if (hasRoom()) {
      return true;
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = deadline - System.nanoTime();
    while (!hasRoom() && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
    return hasRoom();
  }

  /** Bytes of segments that wait for the store or are on their way. */
  public synchronized long waitingBytes() {
    return waitingBytes;
  }

  /** Stops; uploads under way are given up, the topic still has what they held. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
