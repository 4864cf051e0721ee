package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import org.bson.BSONException;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/**
 * Between raw documents and decoded ones. Only commands and rows of views are decoded: they are
 * few, and servers do not accept in them what decoding would lose.
 */
final class DocumentCodec {

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private DocumentCodec() {}

  static BsonDocument decode(BsonSlice document) {
    document.validate();
    try (BsonBinaryReader reader = new BsonBinaryReader(document.toByteBuffer())) {
      return CODEC.decode(reader, DecoderContext.builder().build());
    } catch (BSONException e) {
      throw new TidemarkException(
          OplogError.OPLOG_BSON_MALFORMED,
          "a command cannot be decoded",
          "",
          "Compare the entry with its source; if they differ, fetch it again",
          e);
    }
  }

  static BsonSlice encode(BsonDocument document) {
    try (BasicOutputBuffer output = new BasicOutputBuffer();
        BsonBinaryWriter writer = new BsonBinaryWriter(output)) {
      CODEC.encode(writer, document, EncoderContext.builder().build());
      return BsonSlice.of(output.toByteArray());
    }
  }
}
