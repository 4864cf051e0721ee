package dev.tidemark.oplog.bson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class BsonCursorTest {

  @Test
  void shouldWalkElementsInOrderWhenDocumentHoldsEveryType() {
    BsonSlice document = Documents.parse(Documents.EVERY_TYPE);
    List<String> names = new ArrayList<>();
    BsonCursor cursor = document.cursor();
    while (cursor.next()) {
      names.add(cursor.name());
    }

    assertThat(names).containsExactlyElementsOf(BsonDocument.parse(Documents.EVERY_TYPE).keySet());
    document.validate();
  }

  @Test
  void shouldReadValuesWhenTypesFit() {
    UUID uuid = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    BsonSlice document =
        Documents.of(
            BsonDocument.parse(
                    "{i: 7, l: {$numberLong: '8'}, d: 9.0, s: 'tide', b: true,"
                        + " ts: {$timestamp: {t: 5, i: 6}}, w: {$date: 1000}, o: {x: 1}}")
                .append("u", new BsonBinary(uuid)));

    assertThat(document.find("i").int32()).isEqualTo(7);
    assertThat(document.find("l").int64()).isEqualTo(8);
    assertThat(document.find("d").integer()).isEqualTo(9);
    assertThat(document.find("s").string()).isEqualTo("tide");
    assertThat(document.find("b").bool()).isTrue();
    assertThat(document.find("ts").timestamp()).isEqualTo(5L << 32 | 6);
    assertThat(document.find("w").dateTime()).isEqualTo(1000);
    assertThat(document.find("o").object()).isEqualTo(Documents.parse("{x: 1}"));
    assertThat(document.find("u").uuid()).isEqualTo(uuid);
    assertThat(document.find("missing")).isNull();
  }

  @Test
  void shouldNameFieldAndTypeWhenTypeDoesNotFit() {
    BsonCursor cursor = Documents.parse("{wall: 'late'}").find("wall");

    TidemarkException failure = catchThrowableOfType(TidemarkException.class, cursor::dateTime);

    assertThat(failure.code()).isEqualTo(OplogError.OPLOG_BSON_UNEXPECTED_TYPE);
    assertThat(failure.reason()).contains("'wall'").contains("type 2");
  }

  @Test
  void shouldFailWithCodeWhenDocumentIsCutAnywhere() {
    byte[] bytes = Documents.parse(Documents.EVERY_TYPE).toByteArray();
    for (int length = 5; length < bytes.length; length++) {
      byte[] cut = new byte[length];
      System.arraycopy(bytes, 0, cut, 0, length - 1);
      LittleEndian.putInt(cut, 0, length);

      try {
        BsonSlice.of(cut).validate();
      } catch (TidemarkException e) {
        assertThat(e.code()).isEqualTo(OplogError.OPLOG_BSON_MALFORMED);
      }
    }
  }

  @Test
  void shouldRefuseWhenNestingIsDeeperThanAnyServerStores() {
    BsonBuffer buffer = new BsonBuffer(64);
    int[] starts = new int[BsonSlice.MAX_DEPTH + 1];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = buffer.startDocument();
      if (i < starts.length - 1) {
        buffer.header(BsonTag.DOCUMENT, "x");
      }
    }
    for (int i = starts.length - 1; i >= 0; i--) {
      buffer.endDocument(starts[i]);
    }
    BsonSlice document = buffer.toSlice();

    TidemarkException failure = catchThrowableOfType(TidemarkException.class, document::validate);

    assertThat(failure.code()).isEqualTo(OplogError.OPLOG_BSON_TOO_DEEP);
  }
}
