package dev.tidemark.embedded.mongo.oplog;

import dev.tidemark.embedded.mongo.bson.RawDocument;

/**
 * The session a retryable write belongs to, as its entries name it.
 *
 * @param session the whole {@code lsid} document, or null for a plain write
 * @param transactionNumber the write's number in that session
 */
public record Retry(RawDocument session, long transactionNumber) {
  public static final Retry NONE = new Retry(null, -1);

  public boolean isSession() {
    return session != null;
  }
}
