package dev.tidemark.benchmarks.update;

import dev.tidemark.oplog.bson.BsonSlice;
import java.util.List;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.bson.types.ObjectId;

/** An order as a shop stores it, and the oplog entries of small changes to it. */
final class SampleEntries {

  private static final ObjectId ID = new ObjectId("65aa3f1c8b1e4d0012345678");

  private final BsonDocument document;

  SampleEntries(int documentBytes) {
    document = order();
    for (int line = 0; encode(document).length < documentBytes; line++) {
      document.append("note" + line, new BsonString("packed, weighed, sent " + line));
    }
  }

  private static BsonDocument order() {
    return new BsonDocument("_id", new BsonObjectId(ID))
        .append("customer", new BsonInt64(4711))
        .append("state", new BsonString("paid"))
        .append("total", new BsonDouble(59.9))
        .append("changed", new BsonDateTime(1_700_000_000_000L))
        .append(
            "address",
            new BsonDocument("city", new BsonString("Husum")).append("zip", new BsonInt32(25813)))
        .append("lines", new BsonArray(List.of(line(1), line(2))));
  }

  private static BsonDocument line(int article) {
    return new BsonDocument("article", new BsonInt32(article)).append("count", new BsonInt32(1));
  }

  BsonSlice document() {
    return BsonSlice.of(encode(document));
  }

  byte[] insert() {
    return entry("i", document);
  }

  byte[] replacement() {
    BsonDocument changed = document.clone();
    changed.put("state", new BsonString("sent"));
    return entry("u", changed);
  }

  byte[] modifiers() {
    return entry(
        "u",
        new BsonDocument("$v", new BsonInt32(1))
            .append(
                "$set",
                new BsonDocument("state", new BsonString("sent"))
                    .append("changed", new BsonDateTime(1_700_000_100_000L))
                    .append("address.zip", new BsonInt32(25_899))
                    .append("carrier", new BsonString("mail"))));
  }

  byte[] delta() {
    BsonDocument update =
        new BsonDocument("state", new BsonString("sent"))
            .append("changed", new BsonDateTime(1_700_000_100_000L));
    BsonDocument address = new BsonDocument("u", new BsonDocument("zip", new BsonInt32(25_899)));
    BsonDocument diff =
        new BsonDocument("u", update)
            .append("i", new BsonDocument("carrier", new BsonString("mail")))
            .append("saddress", address);
    return entry("u", new BsonDocument("$v", new BsonInt32(2)).append("diff", diff));
  }

  private static byte[] entry(String op, BsonValue o) {
    BsonDocument session =
        new BsonDocument("id", new BsonBinary(new UUID(1, 2)))
            .append("uid", new BsonBinary(new byte[32]));
    BsonDocument entry =
        new BsonDocument("lsid", session)
            .append("txnNumber", new BsonInt64(17))
            .append("op", new BsonString(op))
            .append("ns", new BsonString("shop.orders"))
            .append("ui", new BsonBinary(new UUID(3, 4)))
            .append("o", o);
    if (op.equals("u")) {
      entry.append("o2", new BsonDocument("_id", new BsonObjectId(ID)));
    }
    return encode(
        entry
            .append("ts", new BsonTimestamp(1_700_000_100, 1))
            .append("t", new BsonInt64(3))
            .append("v", new BsonInt64(2))
            .append("wall", new BsonDateTime(1_700_000_100_000L)));
  }

  private static byte[] encode(BsonDocument document) {
    try (BasicOutputBuffer output = new BasicOutputBuffer();
        BsonBinaryWriter writer = new BsonBinaryWriter(output)) {
      new BsonDocumentCodec().encode(writer, document, EncoderContext.builder().build());
      return output.toByteArray();
    }
  }
}
