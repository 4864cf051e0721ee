package dev.tidemark.tailer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.schemas.event.OplogEventView;
import java.util.List;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Entries made for tests, and the chain between those that were published. */
public final class Chains {

  private Chains() {}

  /** Requires each entry to follow and to name the one before; the first one has none. */
  public static void assertUnbroken(List<OplogEventView> entries) {
    assertThat(entries.get(0).prevTs()).isZero();
    for (int i = 1; i < entries.size(); i++) {
      assertThat(entries.get(i).ts()).isGreaterThan(entries.get(i - 1).ts());
      assertThat(entries.get(i).prevTs()).isEqualTo(entries.get(i - 1).ts());
      assertThat(entries.get(i).prevTerm()).isEqualTo(entries.get(i - 1).term());
    }
  }

  /** An insert as a server logs it. */
  public static byte[] entry(int seconds, int increment, String document) {
    BsonDocument entry =
        new BsonDocument("op", new BsonString("i"))
            .append("ns", new BsonString("shop.orders"))
            .append("o", BsonDocument.parse(document))
            .append("ts", new BsonTimestamp(seconds, increment))
            .append("t", new BsonInt64(1))
            .append("v", new BsonInt64(2))
            .append("wall", new BsonDateTime(seconds * 1_000L));
    RawBsonDocument raw = new RawBsonDocument(entry, new BsonDocumentCodec());
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return bytes;
  }
}
