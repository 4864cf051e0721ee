package dev.tidemark.archive.index;

import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.schemas.archive.SegmentIndexEntry;

/**
 * A segment that is there.
 *
 * @param entry what its header or a roll-up says of it; block offsets only if it is the header
 * @param object the object as it was listed
 * @param fromRollup whether the entry is a roll-up's word
 */
public record IndexedSegment(SegmentIndexEntry entry, ObjectInfo object, boolean fromRollup) {}
