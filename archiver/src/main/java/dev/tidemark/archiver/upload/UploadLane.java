package dev.tidemark.archiver.upload;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Brings the segments of one replica set to the store, each after the one before it.
 *
 * <p>Several at a time would be faster and wrong: where the archive of a set ends is found by its
 * newest object, so an object must never be there before its predecessor. And the store decides
 * where a segment ends if another archiver, or one with other settings, was there before; only then
 * is it known where the next one begins. Thread-safe.
 */
public final class UploadLane {

  private final UploadPool pool;
  private final Queue<SegmentUpload> waiting = new ArrayDeque<>();
  private boolean busy;

  UploadLane(UploadPool pool) {
    this.pool = pool;
  }

  /** Takes the next segment of the chain. */
  public synchronized void submit(SegmentUpload upload) {
    pool.reserve(upload);
    if (busy) {
      waiting.add(upload);
    } else {
      busy = true;
      pool.start(upload, this::proceed);
    }
  }

  /** The one under way is stored; however else it may end, nothing follows it. */
  private synchronized void proceed() {
    SegmentUpload next = waiting.poll();
    if (next == null) {
      busy = false;
    } else {
      pool.start(next, this::proceed);
    }
  }
}
