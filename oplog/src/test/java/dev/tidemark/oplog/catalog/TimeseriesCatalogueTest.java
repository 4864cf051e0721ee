package dev.tidemark.oplog.catalog;

import static dev.tidemark.oplog.catalog.CatalogueScenario.FUZZY;
import static dev.tidemark.oplog.catalog.CatalogueScenario.STRICT;
import static dev.tidemark.oplog.catalog.CatalogueScenario.json;
import static dev.tidemark.oplog.catalog.CatalogueScenario.uuid;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Time-series collections as their users see them. */
class TimeseriesCatalogueTest {

  private static final UUID A = uuid(1);
  private static final UUID ROWS = uuid(2);
  private static final String SERIES =
      "{timeField: 't', metaField: 'm', granularity: 'seconds', bucketMaxSpanSeconds: 3600}";

  private final CatalogueScenario scenario = new CatalogueScenario();

  @BeforeEach
  void createSeries() {
    scenario.command(
        FUZZY,
        "db",
        A,
        "{create: 'system.buckets.s', validator: {$jsonSchema: {}}, clusteredIndex: true,"
            + " expireAfterSeconds: {$numberLong: '60'}, timeseries: "
            + SERIES
            + "}");
    scenario.write(
        FUZZY,
        "i",
        "db.system.views",
        ROWS,
        "{_id: 'db.s', viewOn: 'system.buckets.s', pipeline: [{$_internalUnpackBucket: {}}]}",
        null);
  }

  @Test
  void shouldListSeriesWhenBucketsAndViewAreCreated() {
    CatalogueEntry series = scenario.get("db.s");

    assertThat(series.type()).isEqualTo(CollectionType.TIMESERIES);
    assertThat(series.id()).isEqualTo(A);
    assertThat(series.dataNamespace()).isEqualTo("db.system.buckets.s");
    assertThat(series.options().toJson())
        .isEqualTo(json("{expireAfterSeconds: {$numberLong: '60'}, timeseries: " + SERIES + "}"));
    assertThat(series.indexes()).isEmpty();
    assertThat(scenario.namespaces()).containsExactly("db.s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'meta.d': 1, 'control.min.t': 1, 'control.max.t': 1}|{'m.d': 1, t: 1}",
        "{meta: 1, 'control.max.t': -1, 'control.min.t': -1}|{m: 1, t: -1}",
        "{'meta.g': '2dsphere'}|{'m.g': '2dsphere'}"
      })
  void shouldShowIndexInTermsOfSeriesWhenItIsBuiltOnBuckets(String buckets, String series) {
    scenario.command(
        STRICT,
        "db",
        A,
        "{createIndexes: 'system.buckets.s', v: 2, key: " + buckets + ", name: 'x', hidden: true}");

    assertThat(scenario.index("db.s", "x"))
        .isEqualTo(json("{v: 2, key: " + series + ", name: 'x', hidden: true}"));
  }

  @Test
  void shouldShowOriginalIndexWhenBucketsKeepIt() {
    scenario.command(
        STRICT,
        "db",
        A,
        "{createIndexes: 'system.buckets.s', v: 2, name: 'a_1', key: {'control.min.a': 1,"
            + " 'control.max.a': 1}, originalSpec: {key: {a: 1}, name: 'a_1', v: 2}}");

    assertThat(scenario.index("db.s", "a_1")).isEqualTo(json("{key: {a: 1}, name: 'a_1', v: 2}"));
  }

  @Test
  void shouldHideIndexWhenSeriesHasNoWordsForIt() {
    scenario.command(
        STRICT, "db", A, "{createIndexes: 'system.buckets.s', key: {'data.a': 1}, name: 'x'}");
    assertThat(scenario.get("db.s").indexes()).isEmpty();

    scenario.command(STRICT, "db", A, "{dropIndexes: 'system.buckets.s', index: 'x'}");
    assertThat(scenario.get("db.s").indexes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{granularity: 'minutes'}|granularity: 'minutes', bucketMaxSpanSeconds: 86400",
        "{granularity: 'seconds'}|granularity: 'seconds', bucketMaxSpanSeconds: 3600",
        "{bucketMaxSpanSeconds: 7200, bucketRoundingSeconds: 7200}|"
            + "bucketMaxSpanSeconds: 7200, bucketRoundingSeconds: 7200"
      })
  void shouldChangeBucketSizesWhenCollModSaysSo(String change, String after) {
    scenario.command(
        STRICT,
        "db",
        A,
        "{collMod: 'system.buckets.s', timeseries: "
            + change
            + ", timeseriesBucketsMayHaveMixedSchemaData: true}");

    assertThat(scenario.get("db.s").options().getDocument("timeseries").toJson())
        .isEqualTo(json("{timeField: 't', metaField: 'm', " + after + "}"));
  }

  @Test
  void shouldDropSeriesWhenBucketsAreDropped() {
    scenario.write(STRICT, "d", "db.system.views", ROWS, "{_id: 'db.s'}", null);
    scenario.command(STRICT, "db", A, "{drop: 'system.buckets.s'}");

    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldBindBucketsByNameWhenBaseKnowsSeriesOnly() {
    UUID known = uuid(9);
    CatalogueScenario other = new CatalogueScenario();
    other.seed("db.s", CollectionType.TIMESERIES, null, "{timeseries: " + SERIES + "}");
    other.seed("db.system.buckets.s", null);

    UUID id = other.write(FUZZY, "u", "db.system.buckets.s", known, "{$v: 2}", "{_id: 1}");

    assertThat(other.get("db.s").id()).isEqualTo(id);
    assertThat(other.get("db.s").uuid()).contains(known);
    assertThat(other.get("db.s").options().toJson())
        .isEqualTo(json("{timeseries: " + SERIES + "}"));
  }

  @Test
  void shouldBeSameCollectionWhenBaseListsBucketsFirst() {
    CatalogueScenario other = new CatalogueScenario();
    other.seed("db.system.buckets.s", null);
    other.seed("db.s", CollectionType.TIMESERIES, A, "{timeseries: " + SERIES + "}");

    assertThat(other.namespaces()).containsExactly("db.s");
    assertThat(other.get("db.s").uuid()).contains(A);
  }

  @Test
  void shouldListSeriesUnderOwnNameWhenItHasNoView() {
    CatalogueScenario other = new CatalogueScenario();
    other.command(STRICT, "db", A, "{create: 's', timeseries: " + SERIES + "}");
    other.command(STRICT, "db", A, "{createIndexes: 's', key: {'meta.d': 1}, name: 'x', v: 2}");

    assertThat(other.get("db.s").type()).isEqualTo(CollectionType.TIMESERIES);
    assertThat(other.get("db.s").dataNamespace()).isEqualTo("db.s");
    assertThat(other.index("db.s", "x")).isEqualTo(json("{key: {'m.d': 1}, name: 'x', v: 2}"));
  }
}
