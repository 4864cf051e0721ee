package dev.tidemark.archive.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.optime.Optime;
import java.util.Objects;
import java.util.Optional;
import org.bson.BsonValue;

/**
 * A range of a collection's documents: what was read at a stretch, and what can be read and
 * restored on its own.
 *
 * @param min smallest key, inclusive; empty for no bound
 * @param max largest key, exclusive; empty for no bound
 * @param offset where its compressed bytes begin in the collection's object
 * @param storedBytes how many they are; they are whole gzip members
 * @param crc32c CRC-32C of the stored bytes, or {@link StoredObject#CRC_UNKNOWN}
 * @param watermark every write up to here is in its documents: entries up to it can be skipped
 * @param operationTime no write after this is in its documents
 * @param digest over its documents
 */
public record SnapshotRange(
    Optional<BsonValue> min,
    Optional<BsonValue> max,
    long offset,
    long storedBytes,
    long crc32c,
    Optime watermark,
    Optime operationTime,
    DocumentSum.Digest digest) {

  public SnapshotRange {
    Objects.requireNonNull(min, "min");
    Objects.requireNonNull(max, "max");
    Objects.requireNonNull(watermark, "watermark");
    Objects.requireNonNull(operationTime, "operationTime");
    Objects.requireNonNull(digest, "digest");
  }
}
