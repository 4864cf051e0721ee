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

  private static final long SMALLEST = 4096;

  /** Servers round sizes up to a multiple of this. */
  private static final long ROUNDING = 256;

  /**
   * The limits in a capped collection's options.
   *
   * @param logged whether the oplog says which documents were removed
   */
  static CappedLimits of(BsonDocument options, boolean logged) {
    long size = number(options.get("size"), Long.MAX_VALUE);
    long rounded =
        size > Long.MAX_VALUE - ROUNDING ? size : (size + ROUNDING - 1) / ROUNDING * ROUNDING;
    long max = number(options.get("max"), 0);
    return new CappedLimits(!logged, Math.max(SMALLEST, rounded), max > 0 ? max : Long.MAX_VALUE);
  }

  private static long number(BsonValue value, long otherwise) {
    return value instanceof BsonNumber number ? number.longValue() : otherwise;
  }

  /** Whether so much is too much. */
  boolean exceededBy(long allBytes, long allDocuments) {
    return evicting && (allBytes > bytes || allDocuments > documents);
  }
}
