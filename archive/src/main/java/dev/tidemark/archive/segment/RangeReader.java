package dev.tidemark.archive.segment;

import dev.tidemark.archive.store.ByteRange;

/** The bytes of one object, wherever they are. */
@FunctionalInterface
interface RangeReader {

  /** As {@link dev.tidemark.archive.store.ObjectStore#read(String, ByteRange)}. */
  byte[] read(ByteRange range);
}
