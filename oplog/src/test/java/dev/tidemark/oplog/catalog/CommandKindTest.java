package dev.tidemark.oplog.catalog;

import static dev.tidemark.oplog.catalog.CatalogueScenario.ID_INDEX;
import static dev.tidemark.oplog.catalog.CatalogueScenario.STRICT;
import static dev.tidemark.oplog.catalog.CatalogueScenario.uuid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which commands are followed, which are ignored and which end a replay. */
class CommandKindTest {

  private final CatalogueScenario scenario = new CatalogueScenario();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{dbCheck: 'c'}",
        "{setMultikeyMetadata: 'c'}",
        "{dropIdent: 'i'}",
        "{initReplicatedFastCount: 1}",
        "{modifyCollectionShardingIndexCatalog: 'c'}",
        "{createDatabaseMetadata: 1}",
        "{dropDatabaseMetadata: 1}",
        "{invalidateCollectionMetadata: 'c'}",
        "{truncateRange: 'config.system.preimages'}"
      })
  void shouldChangeNothingWhenCommandIsOfTheServersOwn(String command) {
    scenario.seed("db.c", uuid(1), ID_INDEX);

    assertThat(scenario.command(STRICT, "db", uuid(1), command)).isNull();
    assertThat(scenario.namespaces()).containsExactly("db.c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{importCollection: 'c'}|OPLOG_COMMAND_NOT_REPLAYABLE",
        "{convertToCapped: 'c'}|OPLOG_COMMAND_NOT_REPLAYABLE",
        "{truncateRange: 'db.c'}|OPLOG_COMMAND_NOT_REPLAYABLE",
        "{upgradeDowngradeViewlessTimeseries: 'c'}|OPLOG_COMMAND_NOT_REPLAYABLE",
        "{flyToTheMoon: 1}|OPLOG_UNKNOWN_COMMAND",
        "{}|OPLOG_UNKNOWN_COMMAND",
        "{create: 1}|OPLOG_COMMAND_MALFORMED",
        "{renameCollection: 'db.a'}|OPLOG_COMMAND_MALFORMED"
      })
  void shouldStopWhenCommandCannotBeFollowed(String command, OplogError code) {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> scenario.command(STRICT, "db", uuid(1), command))
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.where()).contains("optime 150:1").contains("db.$cmd");
            });
  }

  @Test
  void shouldBeDecidedByFirstFieldWhenCommandHasFieldsOfOtherCommands() {
    scenario.seed("db.c", uuid(1), ID_INDEX);

    scenario.command(STRICT, "db", uuid(2), "{create: 'drop', drop: 'c'}");

    assertThat(scenario.namespaces()).containsExactly("db.c", "db.drop");
  }
}
