package dev.tidemark.oplog.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Documents;
import dev.tidemark.oplog.fixture.Tree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.bson.BsonDecimal128;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentKeyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 | {$numberLong: '1'}",
        "1 | {$numberDouble: '1.0'}",
        "1 | {$numberDecimal: '1.00'}",
        "100 | {$numberDecimal: '1E+2'}",
        "0 | {$numberDouble: '-0.0'}",
        "0 | {$numberDecimal: '-0E+3'}",
        "{$numberDouble: '0.5'} | {$numberDecimal: '0.500'}",
        "{$numberDouble: '1e300'} | {$numberDouble: '1.0e300'}",
        "{$numberDouble: 'NaN'} | {$numberDecimal: 'NaN'}",
        "{$numberDouble: 'Infinity'} | {$numberDecimal: 'Infinity'}",
        "{$numberDouble: '-Infinity'} | {$numberDecimal: '-Infinity'}",
        "{$numberDecimal: '0.10'} | {$numberDecimal: '0.1'}",
        "{$numberLong: '-9223372036854775808'} | {$numberDouble: '-9223372036854775808'}",
        "{$numberDouble: '9223372036854775808'} | {$numberDecimal: '9223372036854775808'}",
        "'a' | {$symbol: 'a'}",
        "{x: 1, y: {z: 2}} | {x: 1.0, y: {z: {$numberLong: '2'}}}",
        "[1, 'a'] | [1.0, {$symbol: 'a'}]",
      })
  void shouldBeEqualWhenServersHoldTheIdsEqual(String left, String right) {
    assertThat(key(left)).isEqualTo(key(right)).hasSameHashCodeAs(key(right));
    assertThat(key(left).hash64()).isEqualTo(key(right).hash64());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 | '1'",
        "1 | true",
        "0 | false",
        "0 | null",
        "null | {$undefined: true}",
        "1 | {$date: {$numberLong: '1'}}",
        "{$date: {$numberLong: '1'}} | {$timestamp: {t: 0, i: 1}}",
        "{$numberLong: '9007199254740993'} | {$numberDouble: '9007199254740992'}",
        "{$numberLong: '9223372036854775807'} | {$numberDouble: '9223372036854775808'}",
        "{$numberDouble: '0.1'} | {$numberDecimal: '0.1'}",
        "{x: 1, y: 2} | {y: 2, x: 1}",
        "{x: 1} | {y: 1}",
        "{x: {y: 1}} | {x: {}, y: 1}",
        "{} | []",
        "{'0': 1} | [1]",
        "'a' | {$code: 'a'}",
        "'a' | 'A'",
        "{$binary: {base64: 'AA==', subType: '00'}} | {$binary: {base64: 'AA==', subType: '05'}}",
        "{$minKey: 1} | {$maxKey: 1}",
        "[1, 2] | [[1, 2]]",
      })
  void shouldDifferWhenServersTellTheIdsApart(String left, String right) {
    assertThat(key(left)).isNotEqualTo(key(right));
  }

  @Test
  void shouldAgreeWithExactArithmeticWhenNumbersAreRandom() {
    Random random = new Random(7);
    List<BsonValue> numbers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      numbers.addAll(sameNeighbourhood(random));
    }
    List<DocumentKey> keys = numbers.stream().map(DocumentKeyTest::key).toList();
    for (int i = 0; i < keys.size(); i++) {
      for (int j = 0; j < keys.size(); j++) {
        boolean equal = exact(numbers.get(i)).compareTo(exact(numbers.get(j))) == 0;
        if (keys.get(i).equals(keys.get(j)) != equal) {
          fail("%s and %s: equal should be %s", numbers.get(i), numbers.get(j), equal);
        }
      }
    }
  }

  @Test
  void shouldBearStringWhenOneIsAnywhereInside() {
    assertThat(key("'a'").bearsString()).isTrue();
    assertThat(key("{x: {y: ['a']}}").bearsString()).isTrue();
    assertThat(key("{x: 1, y: {z: 2}}").bearsString()).isFalse();
    assertThat(key("7").bearsString()).isFalse();
  }

  @Test
  void shouldShareLaneWhenCollatedIdsBearStrings() {
    KeyLanes lanes = new KeyLanes(8);
    UUID collection = new UUID(1, 2);

    assertThat(List.of("'a'", "'A'", "{x: 'b'}", "['c']"))
        .extracting(id -> lanes.laneOf(collection, key(id), true))
        .containsOnly(lanes.laneOf(collection, key("'z'"), true));
    assertThat(IntStream.range(0, 200).boxed())
        .extracting(id -> lanes.laneOf(collection, key(id.toString()), true))
        .contains(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void shouldFailWithCodeWhenThereIsNoId() {
    BsonSlice document = Documents.parse("{a: 1}");

    assertThat(
            catchThrowableOfType(TidemarkException.class, () -> DocumentKey.ofDocument(document))
                .code())
        .isEqualTo(OplogError.OPLOG_ID_MISSING);
  }

  private static List<BsonValue> sameNeighbourhood(Random random) {
    long base =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(20) - 10;
          case 1 -> (1L << 53) + random.nextInt(5) - 2;
          case 2 -> Long.MAX_VALUE - random.nextInt(3);
          default -> random.nextLong();
        };
    double half = random.nextInt(40) / 8.0;
    return List.of(
        new BsonInt32((int) base),
        new BsonInt64(base),
        new BsonDouble(base),
        new BsonDouble(half),
        new BsonDecimal128(new Decimal128(BigDecimal.valueOf(base).setScale(3))),
        new BsonDecimal128(new Decimal128(BigDecimal.valueOf(half).setScale(6))));
  }

  private static BigDecimal exact(BsonValue number) {
    return switch (number.getBsonType()) {
      case INT32 -> BigDecimal.valueOf(number.asInt32().getValue());
      case INT64 -> BigDecimal.valueOf(number.asInt64().getValue());
      case DOUBLE -> new BigDecimal(number.asDouble().getValue());
      default -> number.asDecimal128().getValue().bigDecimalValue();
    };
  }

  private static DocumentKey key(String json) {
    return DocumentKey.ofDocument(Documents.parse("{_id: " + json + "}"));
  }

  private static DocumentKey key(BsonValue value) {
    return DocumentKey.ofDocument(Tree.document().with("_id", Tree.leaf(value)).toSlice());
  }
}
