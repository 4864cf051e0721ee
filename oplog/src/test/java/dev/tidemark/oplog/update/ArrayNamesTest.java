package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.fixture.Documents;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayNamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{$v: 2, diff: {sr: {a: true, u2: 9}}}",
        "{$v: 1, $set: {'r.2': 9}}",
      })
  void shouldNameElementsByTheirIndexWhenStoredNamesAreOthers(String update) {
    BsonSlice after =
        new UpdateApplier(ModifierOrder.NUMERIC)
            .apply(arrayNamed("7", "x", "2", "3", "0"), Documents.parse(update));

    assertThat(after).isEqualTo(Documents.parse("{r: [0, 1, 9, 3, 4]}"));
  }

  private static BsonSlice arrayNamed(String... names) {
    BsonBuffer out = new BsonBuffer(64);
    int document = out.startDocument();
    out.header(BsonTag.ARRAY, "r");
    int array = out.startDocument();
    for (int i = 0; i < names.length; i++) {
      out.header(BsonTag.INT32, names[i]);
      out.int32(i);
    }
    out.endDocument(array);
    out.endDocument(document);
    return out.toSlice();
  }
}
