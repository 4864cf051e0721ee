package dev.tidemark.embedded.mongo.bson;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawOrderTest {

  private static RawElement value(String json) {
    var buffer = RawBsonDocument.parse("{v: " + json + "}").getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return RawDocument.of(bytes).first();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 | {$numberLong: '1'}",
        "1 | 1.0",
        "1 | {$numberDecimal: '1.00'}",
        "0 | -0.0",
        "0 | {$numberDecimal: '-0.0'}",
        "{$numberDouble: 'NaN'} | {$numberDecimal: 'NaN'}",
        "{$symbol: 'x'} | 'x'",
        "{a: 1} | {a: 1.0}",
      })
  void shouldTakeValuesForEqualThatAServersIndexDoes(String a, String b) {
    assertThat(RawOrder.INSTANCE.compare(value(a), value(b))).isZero();
    assertThat(new OrderedValue(value(a))).hasSameHashCodeAs(new OrderedValue(value(b)));
  }

  @Test
  void shouldNotRoundLargeNumbers() {
    RawElement exact = value("{$numberLong: '9007199254740993'}");
    RawElement rounded = value("9007199254740992.0");

    assertThat(RawOrder.INSTANCE.compare(exact, rounded)).isPositive();
  }

  @Test
  void shouldOrderTypesAsTheServerDoes() {
    List<RawElement> ordered = new ArrayList<>();
    for (String json :
        List.of(
            "{$minKey: 1}",
            "null",
            "{$numberDouble: 'NaN'}",
            "{$numberDouble: '-Infinity'}",
            "-1",
            "0.5",
            "{$numberDecimal: '1.5'}",
            "{$numberLong: '2'}",
            "{$numberDouble: 'Infinity'}",
            "'A'",
            "'a'",
            "{}",
            "{a: 1}",
            "{a: 'x'}",
            "[]",
            "{$binary: {base64: 'AQ==', subType: '00'}}",
            "{$binary: {base64: 'AQ==', subType: '80'}}",
            "{$binary: {base64: 'AQI=', subType: '00'}}",
            "{$oid: '000000000000000000000001'}",
            "false",
            "true",
            "{$date: '1960-01-01T00:00:00Z'}",
            "{$date: '2020-01-01T00:00:00Z'}",
            "{$timestamp: {t: 1, i: 1}}",
            "{$regularExpression: {pattern: 'a', options: ''}}",
            "{$maxKey: 1}")) {
      ordered.add(value(json));
    }
    List<RawElement> shuffled = new ArrayList<>(ordered);
    Collections.shuffle(shuffled, new Random(1));

    shuffled.sort(RawOrder.INSTANCE);

    assertThat(shuffled).isEqualTo(ordered);
  }
}
