package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.optime.Optime;

/**
 * A range of a collection as it lies in the collection's object.
 *
 * @param range its keys
 * @param offset where its compressed bytes begin
 * @param storedBytes how many they are
 * @param crc32c CRC-32C of those bytes
 * @param watermark every write up to here is in its documents
 * @param operationTime no write after this is in its documents
 * @param digest of its documents
 */
record StoredRange(
    KeyRange range,
    long offset,
    long storedBytes,
    long crc32c,
    Optime watermark,
    Optime operationTime,
    DocumentSum.Digest digest) {

  static StoredRange of(
      KeyRange range, long offset, long storedBytes, long crc32c, RangeReader.Outcome outcome) {
    return new StoredRange(
        range,
        offset,
        storedBytes,
        crc32c,
        outcome.watermark(),
        outcome.operationTime(),
        outcome.digest());
  }
}
