package dev.tidemark.archiver.partition;

import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archiver.index.KnownEntries;
import dev.tidemark.archiver.upload.SegmentUpload;
import dev.tidemark.archiver.upload.UploadLane;
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
final class Publications implements KnownEntries, AutoCloseable {

  private final UploadPool pool;
  private final Map<String, SetUploads> uploadsBySetId = new LinkedHashMap<>();
  private final Queue<SegmentIndexEntry> known = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /** What of a set is on its way and not published, the oldest first. */
  private record SetUploads(UploadLane lane, Deque<SegmentUpload> unpublished) {}

  Publications(UploadPool pool) {
    this.pool = pool;
  }

  /** Starts bringing a segment to the store. */
  synchronized void submit(FinishedSegment segment, Object holder) {
    SegmentUpload upload = new SegmentUpload(segment, holder);
    SetUploads uploads =
        uploadsBySetId.computeIfAbsent(
            upload.entry().getSetId(), id -> new SetUploads(pool.lane(), new ArrayDeque<>()));
    uploads.unpublished.add(upload);
    uploads.lane.submit(upload);
  }

  /** Adds the entry of a segment that an earlier assignment stored, and may not have published. */
  @Override
  public void add(SegmentIndexEntry entry) {
    known.add(entry);
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  /** Takes an entry that was {@linkplain #add added}; null if there is none. */
  SegmentIndexEntry nextKnown() {
    return known.poll();
  }

  /** Takes an upload that has ended and is the oldest of its set; null if there is none. */
  synchronized SegmentUpload nextEnded() {
    for (SetUploads uploads : uploadsBySetId.values()) {
      SegmentUpload oldest = uploads.unpublished.peek();
      if (oldest != null && oldest.outcome().isPresent()) {
        return uploads.unpublished.remove();
      }
    }
    return null;
  }

  /** Gives up what else is on its way for a set. */
  synchronized void drop(String setId) {
    SetUploads uploads = uploadsBySetId.remove(setId);
    if (uploads != null) {
      uploads.unpublished.forEach(pool::abandon);
    }
  }

  /** Gives up everything that is on its way; the topic still has it. */
  @Override
  public synchronized void close() {
    closed = true;
    uploadsBySetId.values().forEach(uploads -> uploads.unpublished.forEach(pool::abandon));
    uploadsBySetId.clear();
  }
}
