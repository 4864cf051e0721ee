package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.snapshot.StoredObject;
import java.util.List;
import java.util.Optional;

/**
 * A collection or view as it lies in the archive.
 *
 * @param source what it was
 * @param dataKey the object with its documents; empty if it has none
 * @param metadata the object with its options and indexes; empty for the buckets of a time-series
 *     collection, which that collection's describes
 * @param ranges its documents, in the order of the object
 */
record StoredCollection(
    SourceCollection source,
    String dataKey,
    Optional<StoredObject> metadata,
    List<StoredRange> ranges) {

  DocumentSum.Digest digest() {
    DocumentSum sum = new DocumentSum();
    ranges.forEach(range -> sum.add(range.digest()));
    return sum.digest();
  }

  long storedBytes() {
    return ranges.stream().mapToLong(StoredRange::storedBytes).sum();
  }
}
