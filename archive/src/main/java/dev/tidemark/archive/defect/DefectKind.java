package dev.tidemark.archive.defect;

/** Kinds of defects; the names are printed and stable. */
public enum DefectKind {
  /** An index knows a segment that is not there. */
  SEGMENT_MISSING,
  /** A segment is longer or shorter than it should be. */
  SEGMENT_SIZE,
  /** A segment's bytes are not what was written, or another object lies under its key. */
  SEGMENT_CORRUPT,
  /** Two segments hold the same entries. */
  SEGMENT_OVERLAP,
  /** Entries are missing, and no marker says that the source lost them. */
  CHAIN_BROKEN,
  /** A roll-up says something else than the segments. */
  INDEX_STALE,
  /** A roll-up's bytes are not what was written. */
  INDEX_CORRUPT,
  /** A tombstone's bytes are not what was written: which segments it buried is not known. */
  TOMBSTONE_CORRUPT,
  /** The list of what retention removed is not what was written: holes look like losses. */
  REMOVED_SPANS_CORRUPT,
  /** A snapshot's manifest cannot be read. */
  MANIFEST_CORRUPT,
  /** A snapshot has objects, but no manifest, though nothing was written to it for a day. */
  MANIFEST_MISSING,
  /** A snapshot lacks an object that its manifest names. */
  SNAPSHOT_OBJECT_MISSING,
  /** An object of a snapshot is longer or shorter than its manifest says. */
  SNAPSHOT_OBJECT_SIZE,
  /** An object of a snapshot does not hold what its manifest says. */
  SNAPSHOT_OBJECT_CORRUPT
}
