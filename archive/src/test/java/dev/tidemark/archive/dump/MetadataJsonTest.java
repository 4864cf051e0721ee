package dev.tidemark.archive.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonNull;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata files keep what they say about options and indexes. */
class MetadataJsonTest {

  private static CollectionMetadata written(BsonDocument options) {
    CollectionMetadata metadata =
        new CollectionMetadata(CollectionMetadata.COLLECTION, options, List.of(), Optional.empty());
    return MetadataJson.parse(MetadataJson.print("c", metadata), "c").metadata();
  }

  @Test
  void shouldKeepOperatorWhenRegexHasOptions() {
    BsonDocument operator =
        new BsonDocument("$regex", new BsonString("^a")).append("$options", new BsonString("i"));
    BsonDocument options =
        new BsonDocument("validator", new BsonDocument("name", operator))
            .append("pipeline", new BsonArray(List.of(new BsonDocument("$not", operator))));

    assertThat(written(options).options()).isEqualTo(options);
  }

  @Test
  void shouldKeepTypesWhenOptionsHoldAllKinds() {
    BsonDocument options =
        new BsonDocument("regex", new BsonRegularExpression("^a", "i"))
            .append("operand", new BsonDocument("$regex", new BsonRegularExpression("b")))
            .append("type", new BsonDocument("$type", new BsonString("string")))
            .append("types", new BsonDocument("$type", new BsonArray(List.of(new BsonInt32(2)))))
            .append("int", new BsonInt32(-1))
            .append("long", new BsonInt64(5))
            .append("double", new BsonDouble(1))
            .append("decimal", new BsonDecimal128(Decimal128.parse("1.00")))
            .append("date", new BsonDateTime(-5))
            .append("timestamp", new BsonTimestamp(7, 8))
            .append("binary", new BsonBinary((byte) 5, new byte[] {1, 2}))
            .append("max", new BsonMaxKey())
            .append("null", BsonNull.VALUE)
            .append("", new BsonDocument("$gt", new BsonDocument()))
            .append("$expr", new BsonDocument("$eq", new BsonArray()));

    assertThat(written(options).options()).isEqualTo(options);
  }

  @Test
  void shouldReadPlainNumbersWhenJsonIsRelaxed() {
    BsonDocument options =
        MetadataJson.parse("{\"options\": {\"a\": 1, \"b\": 5000000000, \"c\": 1.5}}", "c")
            .metadata()
            .options();

    assertThat(options)
        .isEqualTo(
            new BsonDocument("a", new BsonInt32(1))
                .append("b", new BsonInt64(5_000_000_000L))
                .append("c", new BsonDouble(1.5)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"options\": {\"a\": {\"$date\": 5}}}",
        "{\"options\": {\"a\": {\"$date\": \"1970-01-01T00:00:00.005Z\"}}}",
        "{\"options\": {\"a\": ISODate(\"1970-01-01T00:00:00.005Z\")}}"
      })
  void shouldReadDateWhenOlderToolsWroteIt(String json) {
    assertThat(MetadataJson.parse(json, "c").metadata().options())
        .isEqualTo(new BsonDocument("a", new BsonDateTime(5)));
  }
}
