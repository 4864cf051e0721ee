package dev.tidemark.oplog.catalog;

import static dev.tidemark.oplog.catalog.CatalogueScenario.FUZZY;
import static dev.tidemark.oplog.catalog.CatalogueScenario.ID_INDEX;
import static dev.tidemark.oplog.catalog.CatalogueScenario.STRICT;
import static dev.tidemark.oplog.catalog.CatalogueScenario.json;
import static dev.tidemark.oplog.catalog.CatalogueScenario.uuid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Entries;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of options and of indexes. */
class CollModTest {

  private static final UUID A = uuid(1);

  private final CatalogueScenario scenario = new CatalogueScenario();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|validator: {n: 1}|"
            + "{validator: {n: 1}, validationLevel: 'strict', validationAction: 'error'}",
        "{validator: {n: 1}, validationAction: 'warn'}|validator: {}|"
            + "{validationAction: 'warn', validationLevel: 'strict'}",
        "{}|validationLevel: 'moderate'|"
            + "{validationLevel: 'moderate', validationAction: 'error'}",
        "{capped: true, size: 4096, max: 3}|cappedSize: {$numberLong: '8192'}, cappedMax: 5|"
            + "{capped: true, size: {$numberLong: '8192'}, max: 5}",
        "{}|changeStreamPreAndPostImages: {enabled: true}|"
            + "{changeStreamPreAndPostImages: {enabled: true}}",
        "{changeStreamPreAndPostImages: {enabled: true}}|"
            + "changeStreamPreAndPostImages: {enabled: false}|{}",
        "{}|recordPreImages: true|{recordPreImages: true}",
        "{recordPreImages: true}|recordPreImages: false|{}",
        "{clusteredIndex: {}}|expireAfterSeconds: 60|"
            + "{clusteredIndex: {}, expireAfterSeconds: {$numberLong: '60'}}",
        "{clusteredIndex: {}, expireAfterSeconds: 60}|expireAfterSeconds: 'off'|"
            + "{clusteredIndex: {}}",
        "{}|noPadding: true, usePowerOf2Sizes: false|{}"
      })
  void shouldChangeOptionsWhenTheyAreGiven(String before, String change, String after) {
    scenario.seed("db.c", CollectionType.COLLECTION, A, before, ID_INDEX);

    scenario.command(STRICT, "db", A, "{collMod: 'c', " + change + "}");

    assertThat(scenario.get("db.c").options().toJson()).isEqualTo(json(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A changed value moves to the end, an unchanged one stays.
        "expireAfterSeconds: 60, sparse: true|expireAfterSeconds: {$numberLong: '90'}|"
            + "sparse: true, expireAfterSeconds: 90",
        "expireAfterSeconds: 60, sparse: true|expireAfterSeconds: {$numberLong: '60'}|"
            + "expireAfterSeconds: 60, sparse: true",
        "sparse: true|expireAfterSeconds: {$numberLong: '60'}|"
            + "sparse: true, expireAfterSeconds: 60",
        "sparse: true|hidden: true|sparse: true, hidden: true",
        "hidden: true, sparse: true|hidden: false|sparse: true",
        "sparse: true|hidden: false|sparse: true",
        "sparse: true|prepareUnique: true|sparse: true, prepareUnique: true",
        "prepareUnique: true, sparse: true|prepareUnique: false|sparse: true",
        "prepareUnique: true, sparse: true|unique: true|sparse: true, unique: true",
        "unique: true, sparse: true|forceNonUnique: true|sparse: true, prepareUnique: true"
      })
  void shouldChangeIndexWhenItIsNamed(String before, String change, String after) {
    scenario.seed("db.c", A, ID_INDEX, "{key: {t: 1}, name: 't_1', " + before + "}");

    scenario.command(STRICT, "db", A, "{collMod: 'c', index: {name: 't_1', " + change + "}}");

    assertThat(scenario.index("db.c", "t_1"))
        .isEqualTo(json("{key: {t: 1}, name: 't_1', " + after + "}"));
  }

  @Test
  void shouldChangeIndexWhenItsKeyIsGiven() {
    scenario.seed("db.c", A, ID_INDEX, "{key: {t: 1}, name: 't_1', expireAfterSeconds: 60}");

    scenario.command(
        STRICT, "db", A, "{collMod: 'c', index: {keyPattern: {t: 1}, expireAfterSeconds: 90}}");

    assertThat(scenario.index("db.c", "t_1"))
        .isEqualTo(json("{key: {t: 1}, name: 't_1', expireAfterSeconds: 90}"));
  }

  @Test
  void shouldIgnoreMissingIndexWhenBaseIsFuzzy() {
    scenario.seed("db.c", A, ID_INDEX);

    scenario.command(FUZZY, "db", A, "{collMod: 'c', index: {name: 't_1', hidden: true}}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");
  }

  @Test
  void shouldFailWhenMissingIndexIsChangedAfterEndOfBase() {
    scenario.seed("db.c", A, ID_INDEX);

    assertFails(
        OplogError.OPLOG_UNKNOWN_INDEX, "{collMod: 'c', index: {name: 't_1', hidden: true}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{collMod: 'c', surprise: 1}", "{collMod: 'c', index: {name: '_id_', x: 1}}"})
  void shouldFailWhenChangeIsUnknown(String command) {
    scenario.seed("db.c", A, ID_INDEX);

    assertFails(OplogError.OPLOG_UNKNOWN_COMMAND, command);
  }

  @Test
  void shouldLeaveSeedAloneWhenCollectionIsChanged() {
    BsonDocument options = BsonDocument.parse("{validator: {n: 1}}");
    BsonDocument index = BsonDocument.parse("{key: {t: 1}, name: 't_1'}");
    Catalogue catalogue = new Catalogue(Optime.ZERO);
    catalogue.seed(
        CollectionSeed.of(
            "db.c", CollectionType.COLLECTION, Optional.of(A), options, List.of(index)));

    catalogue.apply(
        Entries.entry(
            1,
            "c",
            "db.$cmd",
            A,
            "{collMod: 'c', validator: {}, index: {name: 't_1', hidden: true}}",
            null),
        Optime.of(1, 1));

    assertThat(options.toJson()).isEqualTo(json("{validator: {n: 1}}"));
    assertThat(index.toJson()).isEqualTo(json("{key: {t: 1}, name: 't_1'}"));
  }

  private void assertFails(OplogError code, String command) {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> scenario.command(STRICT, "db", A, command))
        .returns(code, TidemarkException::code);
  }
}
