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
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Building and dropping indexes. */
class IndexCommandsTest {

  private static final UUID A = uuid(1);
  private static final String N_1 = "{v: 2, key: {n: 1}, name: 'n_1'}";

  private final CatalogueScenario scenario = new CatalogueScenario();

  @Test
  void shouldKeepFieldsInOrderWhenIndexIsCreated() {
    scenario.seed("db.c", A, ID_INDEX);

    scenario.command(
        STRICT,
        "db",
        A,
        "{createIndexes: 'c', v: 2, unique: true, key: {b: 1, a: -1}, name: 'x', ns: 'db.c',"
            + " background: true, sparse: true, safe: null}");

    assertThat(scenario.index("db.c", "x"))
        .isEqualTo(json("{v: 2, unique: true, key: {b: 1, a: -1}, name: 'x', sparse: true}"));
  }

  @ParameterizedTest
  @CsvSource({"1, true", "-1, true", "2, false", "0.5, false", "'''hashed''', false"})
  void shouldSurviveDroppingAllOnlyWhenIndexComesWithCollection(String direction, boolean stays) {
    scenario.seed("db.c", A, "{v: 2, key: {_id: " + direction + "}, name: 'i'}");

    scenario.command(STRICT, "db", A, "{dropIndexes: 'c', index: '*'}");

    assertThat(scenario.indexNames("db.c").contains("i")).isEqualTo(stays);
  }

  @ParameterizedTest
  @CsvSource({
    "{$numberLong: '3600'}, 3600",
    "{$numberDouble: '3600.9'}, 3600",
    "{$numberDouble: 'NaN'}, 2147483647",
    "{$numberInt: '0'}, 0",
    "{$numberLong: '4294967296'}, {$numberLong: '4294967296'}"
  })
  void shouldHaveInt32TimeToLiveWhenItFits(String logged, String kept) {
    scenario.seed("db.c", A, ID_INDEX);

    scenario.command(
        STRICT,
        "db",
        A,
        "{createIndexes: 'c', v: 2, key: {t: 1}, name: 't_1', expireAfterSeconds: " + logged + "}");

    assertThat(scenario.index("db.c", "t_1"))
        .isEqualTo(json("{v: 2, key: {t: 1}, name: 't_1', expireAfterSeconds: " + kept + "}"));
  }

  @Test
  void shouldHaveIndexOnlyWhenItsBuildIsCommitted() {
    scenario.seed("db.c", A, ID_INDEX);
    String build = ": 'c', indexes: [" + N_1 + ", {v: 2, key: {m: 1}, name: 'm_1'}]}";

    scenario.command(STRICT, "db", A, "{startIndexBuild" + build);
    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");

    scenario.command(STRICT, "db", A, "{commitIndexBuild" + build);
    assertThat(scenario.indexNames("db.c")).containsExactly("_id_", "n_1", "m_1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"startIndexBuild", "abortIndexBuild"})
  void shouldForgetUnfinishedIndexWhenBaseListedIt(String command) {
    scenario.seed("db.c", A, ID_INDEX, N_1);

    scenario.command(FUZZY, "db", A, "{" + command + ": 'c', indexes: [" + N_1 + "]}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dropIndexes", "deleteIndexes", "dropIndex", "deleteIndex"})
  void shouldDropIndexWhenItIsNamed(String command) {
    scenario.seed("db.c", A, ID_INDEX, N_1, "{v: 2, key: {m: 1}, name: 'm_1'}");

    scenario.command(STRICT, "db", A, "{" + command + ": 'c', index: 'n_1'}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_", "m_1");
  }

  @Test
  void shouldDropIndexWhenItsKeyIsGiven() {
    scenario.seed(
        "db.c", A, ID_INDEX, "{key: {a: 1, b: -1}, name: 'x'}", "{key: {b: -1, a: 1}, name: 'y'}");

    scenario.command(
        STRICT, "db", A, "{dropIndexes: 'c', index: {a: {$numberDouble: '1'}, b: -1}}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_", "y");
  }

  @Test
  void shouldDropEachIndexWhenListIsGiven() {
    scenario.seed("db.c", A, ID_INDEX, N_1, "{key: {m: 1}, name: 'm_1'}");

    scenario.command(STRICT, "db", A, "{dropIndexes: 'c', index: ['n_1', 'm_1']}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");
  }

  @Test
  void shouldKeepOnlyIdIndexWhenAllAreDropped() {
    scenario.seed("db.c", A, ID_INDEX, N_1, "{key: {_id: 'hashed'}, name: '_id_hashed'}");

    scenario.command(STRICT, "db", A, "{dropIndexes: 'c', index: '*'}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");
  }

  @Test
  void shouldReplaceIndexWhenItIsCreatedUnderSameName() {
    scenario.seed("db.c", A, ID_INDEX, N_1);

    scenario.command(
        FUZZY, "db", A, "{createIndexes: 'c', v: 2, key: {n: 1}, name: 'n_1', unique: true}");

    assertThat(scenario.index("db.c", "n_1"))
        .isEqualTo(json("{v: 2, key: {n: 1}, name: 'n_1', unique: true}"));
  }

  @Test
  void shouldIgnoreMissingIndexWhenBaseIsFuzzy() {
    scenario.seed("db.c", A, ID_INDEX);

    scenario.command(FUZZY, "db", A, "{dropIndexes: 'c', index: 'n_1'}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");
  }

  @Test
  void shouldFailWhenMissingIndexIsDroppedAfterEndOfBase() {
    scenario.seed("db.c", A, ID_INDEX);

    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> scenario.command(STRICT, "db", A, "{dropIndexes: 'c', index: 'n_1'}"))
        .returns(OplogError.OPLOG_UNKNOWN_INDEX, TidemarkException::code);
  }

  @Test
  void shouldFailWhenIndexIsBuiltOnUnknownCollectionAfterEndOfBase() {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(
            () -> scenario.command(STRICT, "db", A, "{createIndexes: 'c', key: {a: 1}, name: 'a'}"))
        .returns(OplogError.OPLOG_UNKNOWN_COLLECTION, TidemarkException::code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{createIndexes: 'c', key: {a: 1}}",
        "{createIndexes: 7}",
        "{commitIndexBuild: 'c', indexes: {}}",
        "{commitIndexBuild: 'c', indexes: ['n_1']}",
        "{dropIndexes: 'c'}",
        "{dropIndexes: 'c', index: 7}",
        "{collMod: 'c', index: {hidden: true}}",
        "{collMod: 'c', index: 'n_1'}"
      })
  void shouldFailWhenCommandIsMalformed(String command) {
    scenario.seed("db.c", A, ID_INDEX);

    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> scenario.command(STRICT, "db", A, command))
        .returns(OplogError.OPLOG_COMMAND_MALFORMED, TidemarkException::code);
  }
}
