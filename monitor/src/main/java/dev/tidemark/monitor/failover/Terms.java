package dev.tidemark.monitor.failover;

import java.nio.ByteBuffer;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonValue;

/** Finds the election term in what a primary says of itself. */
final class Terms {

  static final long UNKNOWN = -1;

  private static final int TERM_OFFSET = 4;

  private Terms() {}

  /** The term in a primary's answer to {@code hello}, {@link #UNKNOWN} if it tells none. */
  static long ofPrimary(BsonDocument hello) {
    return Math.max(ofElection(hello.get("electionId")), ofLastWrite(hello));
  }

  // Servers make the id of an election from its term: 7fffffff and the term as 8 bytes.
  private static long ofElection(BsonValue electionId) {
    return electionId instanceof BsonObjectId id
        ? ByteBuffer.wrap(id.getValue().toByteArray()).getLong(TERM_OFFSET)
        : UNKNOWN;
  }

  private static long ofLastWrite(BsonDocument hello) {
    BsonValue term =
        hello
            .getDocument("lastWrite", new BsonDocument())
            .getDocument("opTime", new BsonDocument())
            .get("t");
    return term instanceof BsonInt64 number ? number.getValue() : UNKNOWN;
  }
}
