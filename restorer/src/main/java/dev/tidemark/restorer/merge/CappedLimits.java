package dev.tidemark.restorer.merge;

import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonValue;

/**
 * How much a capped collection holds, and who removes what is too much.
 *
 * @param evicting whether the server removed the oldest documents without an entry that says so, as
 *     it did before feature compatibility version 5.0
 * @param bytes of all documents at most
 * @param documents at most
 */
record CappedLimits(boolean evicting, long bytes, long documents) {

  /** Servers round sizes up to a multiple of this. */
  private static final long ROUNDING = 256;

  /** What servers take if no size is given. */
  private static final long DEFAULT_SIZE = 4096;

  /** The limits in a capped collection's options. */
  static CappedLimits of(BsonDocument options, boolean evicting) {
    long size = number(options.get("size"));
    long max = number(options.get("max"));
    return new CappedLimits(
        evicting,
        size <= 0 ? DEFAULT_SIZE : Math.max(size, (size + ROUNDING - 1) / ROUNDING * ROUNDING),
        max <= 0 ? Long.MAX_VALUE : max);
  }

  private static long number(BsonValue value) {
    return value instanceof BsonNumber number ? number.longValue() : 0;
  }

  /** Whether so much is too much. */
  boolean exceededBy(long allBytes, long allDocuments) {
    return evicting && (allBytes > bytes || allDocuments > documents);
  }
}
