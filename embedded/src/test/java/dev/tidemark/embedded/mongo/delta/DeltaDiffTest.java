package dev.tidemark.embedded.mongo.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.update.ModifierOrder;
import dev.tidemark.oplog.update.UpdateApplier;
import java.util.Random;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaDiffTest {

  private static RawDocument raw(String json) {
    return RawDocument.of(bytes(RawBsonDocument.parse(json)));
  }

  private static byte[] bytes(RawBsonDocument document) {
    var buffer = document.getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static BsonDocument json(RawDocument document) {
    return new RawBsonDocument(document.toByteArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{a: 1, b: 2} | {b: 9, z: 0} | {d: {a: false}, u: {b: 9}, i: {z: 0}}",
        "{f: 1, g: 2} | {g: 2, f: 7} | {i: {f: 7}}",
        "{r: [1, 2]} | {r: [1, 2, 3]} | {sr: {a: true, u2: 3}}",
        "{r: [1, {x: 1}]} | {r: [1, {x: 2}]} | {sr: {a: true, s1: {u: {x: 2}}}}",
        "{r: [1, 2]} | {r: [2]} | {u: {r: [2]}}",
        "{o: {p: {q: 1, s: 1}}} | {o: {p: {q: 2, s: 1}}} | {so: {sp: {u: {q: 2}}}}",
        "{o: {p: 1}} | {o: [1]} | {u: {o: [1]}}",
        "{n: 1} | {n: {$numberLong: '1'}} | {u: {n: {$numberLong: '1'}}}",
        "{'a.b': 1} | {'a.b': 2, '': 3} | {u: {'a.b': 2}, i: {'': 3}}",
      })
  void shouldDescribeAnUpdateByOperatorsAlongItsPaths(String pre, String post, String diff) {
    assertThat(json(DeltaDiff.ofOperators(raw(pre), raw(post), Set.of())))
        .isEqualTo(BsonDocument.parse(diff));
  }

  @Test
  void shouldNotDescendIntoAFieldThatWasSetAsAWhole() {
    RawDocument diff =
        DeltaDiff.ofOperators(raw("{o: {x: 1, y: 2}}"), raw("{o: {x: 2, y: 2}}"), Set.of("o"));

    assertThat(json(diff)).isEqualTo(BsonDocument.parse("{u: {o: {x: 2, y: 2}}}"));
  }

  @Test
  void shouldTruncateAnArrayThatAPipelineMadeShorter() {
    RawDocument diff =
        DeltaDiff.ofPipeline(
            raw("{r: ['a long string', 'another one', 3, 4]}"),
            raw("{r: ['a long string', 'another one', 3]}"));

    assertThat(json(diff)).isEqualTo(BsonDocument.parse("{sr: {a: true, l: 3}}"));
  }

  @Test
  void shouldHaveNoDiffForADocumentWithAFieldTwice() {
    RawDocument twice = new RawWriter().int32("a", 1).int32("a", 2).done();

    assertThat(DeltaDiff.ofOperators(twice, raw("{a: 3}"), Set.of())).isNull();
  }

  @Test
  void shouldLeadToThePostImageWhenItIsApplied() {
    Random random = new Random(7);
    UpdateApplier applier = new UpdateApplier(ModifierOrder.NUMERIC);
    for (int i = 0; i < 3000; i++) {
      RawDocument pre = document(random);
      RawDocument post = document(random);
      RawDocument diff =
          random.nextBoolean()
              ? DeltaDiff.ofPipeline(pre, post)
              : DeltaDiff.ofOperators(pre, post, Set.of());
      if (diff.isEmpty()) {
        assertThat(post).isEqualTo(pre);
        continue;
      }
      RawDocument o = new RawWriter().int32("$v", 2).document("diff", diff).done();

      BsonSlice applied =
          applier.apply(BsonSlice.of(pre.toByteArray()), BsonSlice.of(o.toByteArray()));

      assertThat(applied.toByteArray()).isEqualTo(post.toByteArray());
    }
  }

  private static RawDocument document(Random random) {
    RawWriter out = new RawWriter().int32("_id", 1);
    fields(random, out, 3);
    return out.done();
  }

  private static void fields(Random random, RawWriter out, int depth) {
    String names = "abcdef";
    int start = random.nextInt(names.length());
    for (int i = 0; i < names.length(); i++) {
      if (random.nextInt(3) > 0) {
        value(random, out, names.substring((start + i) % 6, (start + i) % 6 + 1), depth);
      }
    }
  }

  private static void value(Random random, RawWriter out, String name, int depth) {
    int kind = random.nextInt(depth > 0 ? 5 : 3);
    switch (kind) {
      case 0 -> out.int32(name, random.nextInt(3));
      case 1 -> out.number(name, -0.0);
      case 2 -> out.string(name, "text " + random.nextInt(3));
      case 3 -> {
        out.openDocument(name);
        fields(random, out, depth - 1);
        out.close();
      }
      default -> {
        out.openArray(name);
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
          value(random, out, Integer.toString(i), depth - 1);
        }
        out.close();
      }
    }
  }
}
