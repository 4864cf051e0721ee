package dev.tidemark.archiver.partition;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;

/** Where the archive of a replica set ends that has segments. */
sealed interface SetEnd {

  /** Behind the newest segment, which says where its set goes on. */
  record After(SegmentIndexEntry newest) implements SetEnd {}

  /**
   * Nobody knows: the newest segment cannot be read. Its set can neither go on nor begin anew, as
   * either could leave out entries or archive them twice.
   *
   * @param reason for people
   */
  record Unreadable(TidemarkException reason) implements SetEnd {}
}
