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
import org.junit.jupiter.params.provider.ValueSource;

/** Views, which the oplog knows as documents in {@code system.views}. */
class ViewsTest {

  private static final UUID ROWS = uuid(1);
  private static final String OPTIONS = "{viewOn: 'c', pipeline: [{$match: {n: 1}}]}";

  private final CatalogueScenario scenario = new CatalogueScenario();

  @Test
  void shouldListViewWhenItsRowIsInserted() {
    scenario.command(STRICT, "db", ROWS, "{create: 'system.views'}");

    assertThat(
            scenario.write(
                STRICT,
                "i",
                "db.system.views",
                ROWS,
                "{_id: 'db.v', viewOn: 'c', pipeline: [], collation: {locale: 'en'}}",
                null))
        .isNull();

    CatalogueEntry view = scenario.get("db.v");
    assertThat(view.type()).isEqualTo(CollectionType.VIEW);
    assertThat(view.id()).isNull();
    assertThat(view.indexes()).isEmpty();
    assertThat(view.options().toJson())
        .isEqualTo(json("{viewOn: 'c', pipeline: [], collation: {locale: 'en'}}"));
    assertThat(scenario.namespaces()).containsExactly("db.v");
  }

  @Test
  void shouldListViewWhenBaseHasNoRowsForIt() {
    scenario.seed("db.v", CollectionType.VIEW, null, OPTIONS);

    assertThat(scenario.get("db.v").options().toJson()).isEqualTo(json(OPTIONS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{_id: 'db.v', viewOn: 'd', pipeline: []}",
        "{$v: 1, $set: {viewOn: 'd', pipeline: []}}",
        "{$v: 2, diff: {u: {viewOn: 'd', pipeline: []}}}"
      })
  void shouldChangeViewWhenItsRowIsUpdated(String update) {
    scenario.seed("db.v", CollectionType.VIEW, null, OPTIONS);

    scenario.write(STRICT, "u", "db.system.views", ROWS, update, "{_id: 'db.v'}");

    assertThat(scenario.get("db.v").options().toJson())
        .isEqualTo(json("{viewOn: 'd', pipeline: []}"));
  }

  @Test
  void shouldDropViewWhenItsRowIsDeleted() {
    scenario.seed("db.v", CollectionType.VIEW, null, OPTIONS);

    scenario.write(STRICT, "d", "db.system.views", ROWS, "{_id: 'db.v'}", null);

    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldIgnoreChangeWhenViewIsGone() {
    scenario.write(FUZZY, "u", "db.system.views", ROWS, "{$set: {viewOn: 'd'}}", "{_id: 'db.v'}");

    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldDropViewsOfDatabaseWhenTheirRowsAreDropped() {
    scenario
        .seed("db.v", CollectionType.VIEW, null, OPTIONS)
        .seed("dbx.v", CollectionType.VIEW, null, OPTIONS);

    scenario.command(STRICT, "db", ROWS, "{drop: 'system.views'}");

    assertThat(scenario.namespaces()).containsExactly("dbx.v");
  }

  @Test
  void shouldDropViewsWhenDatabaseIsDropped() {
    scenario.seed("db.v", CollectionType.VIEW, null, OPTIONS);

    scenario.command(STRICT, "db", null, "{dropDatabase: 1}");

    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldFailWhenViewAndCollectionHaveSameName() {
    scenario.seed("db.v", CollectionType.VIEW, null, OPTIONS).seed("db.v", uuid(2), ID_INDEX);

    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(scenario::alive)
        .returns(OplogError.OPLOG_NAMESPACE_CONFLICT, TidemarkException::code);
  }

  @Test
  void shouldFailWhenRowNamesNoView() {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(
            () -> scenario.write(STRICT, "i", "db.system.views", ROWS, "{viewOn: 'c'}", null))
        .returns(OplogError.OPLOG_ENTRY_MALFORMED, TidemarkException::code);
  }
}
