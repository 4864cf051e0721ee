package dev.tidemark.tailer.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import java.nio.ByteBuffer;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.junit.jupiter.api.Test;

class ReplyCodecTest {

  private final ReplyCodec codec = new ReplyCodec();

  @Test
  void givesTheBytesThatCame() {
    byte[] small = bytes(10);
    byte[] large = bytes(1 << 20);

    assertThat(read(small).toByteArray()).isEqualTo(small);
    assertThat(read(large).toByteArray()).isEqualTo(large);
    assertThat(read(small).toByteArray()).isEqualTo(small);
  }

  @Test
  void keepsTheArrayForTheNextReply() {
    byte[] first = read(bytes(1 << 20)).array();

    assertThat(read(bytes(10)).array()).isSameAs(first);
    assertThat(read(bytes(1 << 20)).array()).isSameAs(first);
  }

  private BsonSlice read(byte[] reply) {
    try (BsonBinaryReader reader = new BsonBinaryReader(ByteBuffer.wrap(reply))) {
      return codec.decode(reader, DecoderContext.builder().build());
    }
  }

  private static byte[] bytes(int length) {
    BsonDocument document = new BsonDocument("text", new BsonString("x".repeat(length)));
    ByteBuffer raw = new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().asNIO();
    byte[] bytes = new byte[raw.remaining()];
    raw.get(bytes);
    return bytes;
  }
}
