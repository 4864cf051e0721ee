package dev.tidemark.archiver.index;

import dev.tidemark.schemas.archive.SegmentIndexEntry;

/** Takes index entries that are to be published, as long as its partition is assigned. */
public interface KnownEntries {

  void add(SegmentIndexEntry entry);

  /** Whether what was added is, or will be, published. */
  boolean isOpen();
}
