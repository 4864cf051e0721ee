package dev.tidemark.archive.plan;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.Optional;

/** Where the entries are that are not archived yet. */
@FunctionalInterface
public interface TailSource {

  /** The archive alone. */
  TailSource NONE = (set, newest) -> Optional.empty();

  /**
   * Reads what follows the newest segment.
   *
   * @param newest the newest segment of the set; empty if nothing of it is archived
   * @return empty if nothing is known beyond the archive
   */
  Optional<OplogTail> read(ReplicaSetRef set, Optional<SegmentIndexEntry> newest);
}
