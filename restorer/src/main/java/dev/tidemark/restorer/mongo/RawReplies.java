package dev.tidemark.restorer.mongo;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.nio.ByteBuffer;
import org.bson.RawBsonDocument;

/** Reads what matters out of the raw replies of a server. */
final class RawReplies {

  private RawReplies() {}

  /** The bytes behind a raw document, without copying them. */
  static BsonSlice slice(RawBsonDocument document) {
    ByteBuffer bytes = document.getByteBuffer().asNIO();
    return BsonSlice.of(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  /** The optime of the operation that the reply answers; {@link Optime#ZERO} if it is not told. */
  static Optime operationTime(BsonSlice reply) {
    BsonCursor time = reply.find("operationTime");
    return time == null ? Optime.ZERO : new Optime(time.timestamp());
  }
}
