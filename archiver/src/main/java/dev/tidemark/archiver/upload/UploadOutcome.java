package dev.tidemark.archiver.upload;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;

/** How bringing a segment to the store ended. */
public sealed interface UploadOutcome {

  /**
   * The store holds the entries of the segment: as it was sent, or as an earlier writer of the very
   * same entries had sent them.
   *
   * @param entry what the stored object says of itself
   */
  record Stored(SegmentIndexEntry entry) implements UploadOutcome {}

  /**
   * The store holds a segment that begins alike and ends elsewhere: another window or size was
   * configured when it was written. Cutting goes on from its end.
   *
   * @param entry what the stored object says of itself
   */
  record CutElsewhere(SegmentIndexEntry entry) implements UploadOutcome {}

  /**
   * The store holds other entries under this key. Nothing was replaced.
   *
   * @param reason for people
   */
  record Diverged(TidemarkException reason) implements UploadOutcome {}

  /**
   * The spooled segment cannot be read any more; the topic still has what it held.
   *
   * @param reason of the local disk
   */
  record Lost(ArchiveException reason) implements UploadOutcome {}
}
