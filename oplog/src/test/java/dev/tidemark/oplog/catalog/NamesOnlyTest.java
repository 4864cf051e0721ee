package dev.tidemark.oplog.catalog;

import static dev.tidemark.oplog.catalog.CatalogueScenario.FUZZY;
import static dev.tidemark.oplog.catalog.CatalogueScenario.ID_INDEX;
import static dev.tidemark.oplog.catalog.CatalogueScenario.STRICT;
import static dev.tidemark.oplog.catalog.CatalogueScenario.uuid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Entries;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Bases and entries that lack UUIDs. */
class NamesOnlyTest {

  private static final UUID A = uuid(1);
  private static final UUID B = uuid(2);

  private final CatalogueScenario scenario = new CatalogueScenario();

  @Test
  void shouldBindByNameWhenBaseHasNoUuids() {
    scenario.seed("db.c", null, ID_INDEX);

    UUID id = scenario.write(FUZZY, "i", "db.c", A, "{_id: 1}", null);

    assertThat(scenario.get("db.c").id()).isEqualTo(id);
    assertThat(scenario.get("db.c").uuid()).contains(A);
    assertThat(scenario.get("db.c").explained()).isTrue();
  }

  @Test
  void shouldFollowBoundCollectionWhenItIsRenamed() {
    scenario.seed("db.a", null, ID_INDEX);
    UUID id = scenario.write(FUZZY, "i", "db.a", A, "{_id: 1}", null);

    scenario.command(STRICT, "db", A, "{renameCollection: 'db.a', to: 'db.b'}");
    scenario.command(STRICT, "db", B, "{create: 'a'}");

    assertThat(scenario.write(STRICT, "i", "db.b", A, "{_id: 2}", null)).isEqualTo(id);
    assertThat(scenario.write(STRICT, "i", "db.a", B, "{_id: 2}", null)).isEqualTo(B);
  }

  @Test
  void shouldFollowNamesWhenEntriesHaveNoUuids() {
    scenario.seed("db.a", A, ID_INDEX);

    scenario.command(STRICT, "db", null, "{renameCollection: 'db.a', to: 'db.b'}");
    scenario.command(STRICT, "db", null, "{create: 'a'}");

    assertThat(scenario.write(STRICT, "i", "db.b", null, "{_id: 1}", null)).isEqualTo(A);
    UUID created = scenario.write(STRICT, "i", "db.a", null, "{_id: 1}", null);
    assertThat(created).isNotNull().isNotEqualTo(A);
    assertThat(scenario.get("db.a").id()).isEqualTo(created);
    assertThat(scenario.get("db.a").uuid()).isEmpty();
  }

  @Test
  void shouldDropTargetByNameWhenNothingHasUuids() {
    scenario.seed("db.a", null, ID_INDEX).seed("db.b", null, ID_INDEX);
    UUID a = scenario.write(STRICT, "i", "db.a", null, "{_id: 1}", null);

    scenario.command(
        STRICT, "db", null, "{renameCollection: 'db.a', to: 'db.b', dropTarget: true}");

    assertThat(scenario.namespaces()).containsExactly("db.b");
    assertThat(scenario.get("db.b").id()).isEqualTo(a);
  }

  @Test
  void shouldBeNewCollectionWhenNameIsDroppedAndCreatedAgain() {
    scenario.seed("db.c", null, ID_INDEX);
    UUID before = scenario.write(STRICT, "i", "db.c", null, "{_id: 1}", null);

    scenario.command(STRICT, "db", null, "{drop: 'c'}");
    scenario.command(STRICT, "db", null, "{create: 'c'}");

    assertThat(scenario.write(STRICT, "i", "db.c", null, "{_id: 1}", null)).isNotEqualTo(before);
    assertThat(scenario.get("db.c").id()).isNotEqualTo(before);
  }

  @Test
  void shouldKeepCollectionOfBaseWhenItsCreationIsReadAgain() {
    scenario.seed("db.c", null, ID_INDEX, "{key: {n: 1}, name: 'n_1'}");

    scenario.command(FUZZY, "db", A, "{create: 'c'}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_", "n_1");
    assertThat(scenario.get("db.c").uuid()).contains(A);
  }

  @Test
  void shouldFailWhenNameIsTakenAfterEndOfBase() {
    scenario.seed("db.c", null, ID_INDEX);

    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> scenario.command(STRICT, "db", null, "{create: 'c'}"))
        .returns(OplogError.OPLOG_NAMESPACE_CONFLICT, TidemarkException::code);
  }

  @Test
  void shouldBeSameCollectionWhenBaseListsItByLaterName() {
    scenario.seed("db.b", null, ID_INDEX);

    scenario.write(FUZZY, "i", "db.a", A, "{_id: 1}", null);
    scenario.command(FUZZY, "db", A, "{renameCollection: 'db.a', to: 'db.b'}");

    CatalogueEntry renamed = scenario.get("db.b");
    assertThat(renamed.explained()).isTrue();
    assertThat(scenario.write(STRICT, "i", "db.b", A, "{_id: 2}", null)).isEqualTo(renamed.id());
  }

  @Test
  void shouldKeepListedCollectionWhenRenameWithoutUuidIsDoneAlready() {
    scenario.seed("db.b", null, ID_INDEX);

    scenario.command(FUZZY, "db", null, "{renameCollection: 'db.a', to: 'db.b', dropTarget: true}");

    assertThat(scenario.namespaces()).containsExactly("db.b");
    assertThat(scenario.get("db.b").explained()).isTrue();
  }

  @Test
  void shouldReplaceListedCollectionWhenOplogHoldsAllOfRenamedOne() {
    scenario.seed("db.c", null, ID_INDEX);

    scenario.command(FUZZY, "db", A, "{create: 'tmp.agg_out.1', temp: true}");
    scenario.command(
        FUZZY,
        "db",
        A,
        "{renameCollection: 'db.tmp.agg_out.1', to: 'db.c', dropTarget: " + Entries.json(B) + "}");

    assertThat(scenario.namespaces()).containsExactly("db.c");
    assertThat(scenario.get("db.c").id()).isEqualTo(A);
  }

  @Test
  void shouldUseSameIdentitiesWhenSameEntriesAreReadAgain() {
    UUID first = new CatalogueScenario().write(FUZZY, "i", "db.c", null, "{_id: 1}", null);
    UUID second = new CatalogueScenario().write(FUZZY, "i", "db.c", null, "{_id: 1}", null);

    assertThat(first).isEqualTo(second);
  }
}
