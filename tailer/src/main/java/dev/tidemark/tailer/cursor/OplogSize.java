package dev.tidemark.tailer.cursor;

import com.mongodb.MongoCommandException;
import dev.tidemark.tailer.member.Member;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of its space an oplog uses.
 *
 * @param bytes bytes of its entries
 * @param maxBytes bytes at which the oldest ones are dropped, 0 if the member does not tell
 */
public record OplogSize(long bytes, long maxBytes) {

  private static final Logger log = LoggerFactory.getLogger(OplogSize.class);
  private static final BsonDocument STATS = BsonDocument.parse("{collStats: 'oplog.rs'}");
  private static final BsonDouble ZERO = new BsonDouble(0);

  /** Asks a member. */
  public static OplogSize of(Member member) {
    try {
      BsonDocument stats = member.run("local", STATS);
      return new OplogSize(
          stats.getNumber("size", ZERO).longValue(), stats.getNumber("maxSize", ZERO).longValue());
    } catch (MongoCommandException e) {
      log.info("{} does not tell the size of its oplog: code {}", member, e.getErrorCode());
      return new OplogSize(0, 0);
    }
  }

  /** The used part, from 0 to 1. */
  public double fill() {
    return maxBytes == 0 ? 0 : (double) bytes / maxBytes;
  }
}
