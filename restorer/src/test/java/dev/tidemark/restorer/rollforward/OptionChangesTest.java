package dev.tidemark.restorer.rollforward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class OptionChangesTest {

  @Test
  void shouldChangeOnlyWhatDiffers() {
    assertThat(
            between(
                "{validator: {a: 1}, validationLevel: 'strict', capped: true, size: 4096, max: 5}",
                "{validator: {a: 2}, validationLevel: 'strict', capped: true, size: 8192}"))
        .isEqualTo(
            BsonDocument.parse(
                "{validator: {a: 2}, cappedSize: 8192, cappedMax: {$numberLong: '0'}}"));
  }

  @Test
  void shouldPutInForceWhatHoldsWithoutAnOption() {
    assertThat(
            between(
                "{validator: {a: 1}, validationLevel: 'off', validationAction: 'warn',"
                    + " expireAfterSeconds: 60, changeStreamPreAndPostImages: {enabled: true}}",
                "{}"))
        .isEqualTo(
            BsonDocument.parse(
                "{validator: {}, validationLevel: 'strict', validationAction: 'error',"
                    + " expireAfterSeconds: 'off', changeStreamPreAndPostImages: {enabled: false}}"));
  }

  @Test
  void shouldChangeWhenATimeSeriesExpiresAndHowMuchItsBucketsSpan() {
    assertThat(
            between(
                "{expireAfterSeconds: {$numberLong: '60'}, timeseries: {timeField: 't',"
                    + " granularity: 'seconds', bucketMaxSpanSeconds: 3600}}",
                "{expireAfterSeconds: {$numberLong: '90'}, timeseries: {timeField: 't',"
                    + " granularity: 'minutes', bucketMaxSpanSeconds: 86400}}"))
        .isEqualTo(
            BsonDocument.parse(
                "{expireAfterSeconds: {$numberLong: '90'}, timeseries: {granularity: 'minutes'}}"));
    assertThat(
            between(
                "{timeseries: {timeField: 't', granularity: 'seconds', bucketMaxSpanSeconds: 3600}}",
                "{timeseries: {timeField: 't', bucketMaxSpanSeconds: 7200,"
                    + " bucketRoundingSeconds: 7200}}"))
        .isEqualTo(
            BsonDocument.parse(
                "{timeseries: {bucketMaxSpanSeconds: 7200, bucketRoundingSeconds: 7200}}"));
  }

  @Test
  void shouldLeaveBucketsAloneThatAreListedByANumberOfAnotherType() {
    assertThat(
            between(
                "{timeseries: {timeField: 't', bucketMaxSpanSeconds: 7200,"
                    + " bucketRoundingSeconds: 7200}}",
                "{timeseries: {timeField: 't', bucketMaxSpanSeconds: {$numberLong: '7200'},"
                    + " bucketRoundingSeconds: {$numberLong: '7200'}}}"))
        .isEqualTo(BsonDocument.parse("{}"));
  }

  @Test
  void shouldRefuseWhatNoCommandChanges() {
    assertThatThrownBy(() -> between("{}", "{collation: {locale: 'de'}}"))
        .hasMessageContaining("'collation'");
    assertThatThrownBy(
            () ->
                between(
                    "{timeseries: {timeField: 't', granularity: 'seconds'}}",
                    "{timeseries: {timeField: 'u', granularity: 'seconds'}}"))
        .hasMessageContaining("'timeseries.timeField'");
  }

  private static BsonDocument between(String now, String wanted) {
    return OptionChanges.between(
        BsonDocument.parse(now), BsonDocument.parse(wanted), "shop.orders");
  }
}
