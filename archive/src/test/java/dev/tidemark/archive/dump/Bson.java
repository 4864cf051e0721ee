package dev.tidemark.archive.dump;

import dev.tidemark.oplog.bson.BsonSlice;
import org.bson.RawBsonDocument;

/** Documents of tests. */
public final class Bson {

  private Bson() {}

  /** A document written as Extended JSON. */
  public static BsonSlice document(String json) {
    RawBsonDocument raw = RawBsonDocument.parse(json);
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return BsonSlice.of(bytes);
  }
}
