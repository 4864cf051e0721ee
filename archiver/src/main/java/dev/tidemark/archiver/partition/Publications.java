package dev.tidemark.archiver.partition;

import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archiver.upload.SegmentUpload;
import dev.tidemark.archiver.upload.UploadPool;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The segments of a partition that are on their way to the store, in the order of each set's chain:
 * a segment is published only after the one before it. Thread-safe: whoever reads the partition
 * adds to it, the stream thread takes from it.
 */
final class Publications implements AutoCloseable {

  private final UploadPool pool;
  private final Map<String, Deque<SegmentUpload>> uploadsBySetId = new LinkedHashMap<>();
  private final Queue<SegmentIndexEntry> known = new ConcurrentLinkedQueue<>();

  Publications(UploadPool pool) {
    this.pool = pool;
  }

  /** Starts bringing a segment to the store. */
  void submit(FinishedSegment segment, Object holder) {
    SegmentUpload upload = new SegmentUpload(segment, holder);
    synchronized (this) {
      uploadsBySetId
          .computeIfAbsent(upload.entry().getSetId(), id -> new ArrayDeque<>())
          .add(upload);
    }
    pool.submit(upload);
  }

  /** Adds the entry of a segment that an earlier assignment stored, and may not have published. */
  void addKnown(SegmentIndexEntry entry) {
    known.add(entry);
  }

  /** Takes an entry that was {@linkplain #addKnown added}; null if there is none. */
  SegmentIndexEntry nextKnown() {
    return known.poll();
  }

  /** Takes an upload that has ended and is the oldest of its set; null if there is none. */
  synchronized SegmentUpload nextEnded() {
    for (Deque<SegmentUpload> uploads : uploadsBySetId.values()) {
      SegmentUpload oldest = uploads.peek();
      if (oldest != null && oldest.outcome().isPresent()) {
        return uploads.remove();
      }
    }
    return null;
  }

  /** Gives up what else is on its way for a set. */
  synchronized void drop(String setId) {
    Deque<SegmentUpload> uploads = uploadsBySetId.remove(setId);
    if (uploads != null) {
      uploads.forEach(pool::abandon);
    }
  }

  /** Gives up everything that is on its way; the topic still has it. */
  @Override
  public synchronized void close() {
    uploadsBySetId.values().forEach(uploads -> uploads.forEach(pool::abandon));
    uploadsBySetId.clear();
  }
}
