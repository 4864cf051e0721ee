package dev.tidemark.oplog.catalog;

import static dev.tidemark.oplog.catalog.CatalogueScenario.ID_INDEX;
import static dev.tidemark.oplog.catalog.CatalogueScenario.STRICT;
import static dev.tidemark.oplog.catalog.CatalogueScenario.uuid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalogue when operations are left out, and the later ones do not know it. */
class LeaveOutTest {

  private static final UUID A = uuid(1);
  private static final UUID B = uuid(2);
  private static final UUID ROWS = uuid(3);
  private static final String VIEW = "{_id: 'db.v', viewOn: 'c', pipeline: []}";

  private static final String IMPORT_B =
      "{importCollection: 'db.d', dryRun: false, catalogEntry: {md: {ns: 'db.d',"
          + " options: {uuid: {$uuid: '"
          + B
          + "'}}}}}";

  private final CatalogueScenario scenario = new CatalogueScenario();

  @Test
  void shouldKeepACollectionBesideTheOneThatTakesItsName() {
    scenario.seed("db.c", A, ID_INDEX);
    scenario.without(STRICT, "db", A, "{drop: 'c'}");
    scenario.command(STRICT, "db", B, "{create: 'c'}");

    assertThat(scenario.alive())
        .extracting(CatalogueEntry::namespace, CatalogueEntry::id, CatalogueEntry::revived)
        .containsExactly(tuple("db.c", B, false), tuple("db.c", A, true));
  }

  @Test
  void shouldGiveTheIdentityOfTheCollectionThatAWriteWouldHaveChanged() {
    scenario.seed("db.c", A, ID_INDEX);

    assertThat(scenario.without(STRICT, "d", "db.c", A, "{_id: 1}")).isEqualTo(A);
    assertThat(scenario.without(STRICT, "d", "db.gone", B, "{_id: 1}")).isNull();
  }

  @Test
  void shouldKeepWhatWouldHaveBeenReplacedByARename() {
    scenario.seed("db.c", A, ID_INDEX).seed("db.staged", B, ID_INDEX);
    scenario.without(
        STRICT, "db", B, "{renameCollection: 'db.staged', to: 'db.c', dropTarget: true}");

    assertThat(scenario.namespaces()).containsExactly("db.c", "db.staged");
    // By its UUID the source is found again, whatever its name would have been.
    scenario.command(STRICT, "db", B, "{renameCollection: 'db.c', to: 'db.d'}");
    assertThat(scenario.namespaces()).containsExactly("db.c", "db.d");
  }

  @Test
  void shouldNotMissWhatWasNeverCreated() {
    scenario.seed("db.c", A, ID_INDEX);
    scenario.without(STRICT, "db", B, "{create: 'd'}");
    scenario.without(STRICT, "db", A, "{createIndexes: 'c', v: 2, key: {a: 1}, name: 'a_1'}");

    scenario.command(STRICT, "db", B, "{createIndexes: 'd', v: 2, key: {a: 1}, name: 'a_1'}");
    scenario.command(STRICT, "db", B, "{collMod: 'd', validator: {}}");
    scenario.command(STRICT, "db", B, "{renameCollection: 'db.d', to: 'db.e'}");
    scenario.command(STRICT, "db", A, "{dropIndexes: 'c', index: 'a_1'}");

    assertThat(scenario.namespaces()).containsExactly("db.c");
    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");
  }

  @Test
  void shouldKeepAViewWhoseRemovalIsLeftOutThroughADropOfItsDatabase() {
    scenario.write(STRICT, "i", "db.system.views", ROWS, VIEW, null);
    scenario.without(STRICT, "d", "db.system.views", ROWS, "{_id: 'db.v'}");
    scenario.command(STRICT, "db", null, "{dropDatabase: 1}");

    assertThat(scenario.get("db.v").revived()).isTrue();

    scenario.write(STRICT, "i", "db.system.views", ROWS, VIEW, null);
    assertThat(scenario.get("db.v").revived()).isFalse();
  }

  @Test
  void shouldReviveATimeSeriesByTheDropOfItsBuckets() {
    scenario.command(STRICT, "db", A, "{create: 'system.buckets.s', timeseries: {timeField: 't'}}");
    scenario.without(STRICT, "db", A, "{drop: 'system.buckets.s'}");

    assertThat(scenario.get("db.s").type()).isEqualTo(CollectionType.TIMESERIES);
    assertThat(scenario.get("db.s").revived()).isTrue();
  }

  @Test
  void shouldPassOverACommandThatCouldNotBeFollowed() {
    scenario.seed("db.c", A, ID_INDEX);
    scenario.without(STRICT, "db", null, IMPORT_B);

    assertThat(scenario.namespaces()).containsExactly("db.c");
  }

  @Test
  void shouldStillFindABaseIncompleteAfterADocumentWasLeftOut() {
    Consumer<CatalogueScenario> leaveOut = left -> left.without(STRICT, "i", "db.c", A, "{_id: 1}");

    assertRefused(leaveOut, A, "{dropIndexes: 'c', index: 'a_1'}", OplogError.OPLOG_UNKNOWN_INDEX);
    assertRefused(leaveOut, B, "{create: 'c'}", OplogError.OPLOG_NAMESPACE_CONFLICT);
    assertRefused(leaveOut, B, "{collMod: 'd'}", OplogError.OPLOG_UNKNOWN_COLLECTION);
  }

  @Test
  void shouldMissOnlyWhatTheCommandThatIsLeftOutWouldHaveMade() {
    Consumer<CatalogueScenario> leaveOut =
        left -> {
          left.seed("db.other", ROWS, ID_INDEX);
          left.without(STRICT, "db", B, "{create: 'd'}");
          left.without(STRICT, "db", A, "{createIndexes: 'c', v: 2, key: {a: 1}, name: 'a_1'}");
        };
    UUID unknown = uuid(4);

    assertRefused(
        leaveOut, ROWS, "{dropIndexes: 'other', index: 'a_1'}", OplogError.OPLOG_UNKNOWN_INDEX);
    assertRefused(leaveOut, unknown, "{create: 'c'}", OplogError.OPLOG_NAMESPACE_CONFLICT);
    assertRefused(leaveOut, unknown, "{collMod: 'd'}", OplogError.OPLOG_UNKNOWN_COLLECTION);
    assertRefused(
        leaveOut,
        unknown,
        "{renameCollection: 'db.d', to: 'db.e'}",
        OplogError.OPLOG_UNKNOWN_COLLECTION);
  }

  @Test
  void shouldFollowTheNameOfWhatWasNeverCreatedWhereThereAreNoUuids() {
    scenario.without(STRICT, "db", null, "{create: 'd'}");
    scenario.command(STRICT, "db", null, "{renameCollection: 'db.d', to: 'db.e'}");
    scenario.command(STRICT, "db", null, "{createIndexes: 'e', v: 2, key: {a: 1}, name: 'a_1'}");

    assertThat(scenario.namespaces()).isEmpty();
  }

  @Test
  void shouldNotMissWhatWasNeverImported() {
    scenario.without(STRICT, "db", null, IMPORT_B);
    scenario.without(STRICT, "db", null, "{importCollection: 'db.e', dryRun: false}");

    scenario.command(STRICT, "db", B, "{createIndexes: 'd', v: 2, key: {a: 1}, name: 'a_1'}");
    scenario.command(STRICT, "db", B, "{renameCollection: 'db.d', to: 'db.f'}");
    scenario.command(STRICT, "db", uuid(4), "{collMod: 'e', validator: {}}");

    assertThat(scenario.namespaces()).isEmpty();
    assertRefused(
        left -> left.without(STRICT, "db", null, IMPORT_B),
        uuid(4),
        "{collMod: 'd', validator: {}}",
        OplogError.OPLOG_UNKNOWN_COLLECTION);
  }

  @Test
  void shouldPassOverAnImportThatIsOnlyTried() {
    scenario.command(STRICT, "db", null, IMPORT_B.replace("false", "true"));

    assertThat(scenario.namespaces()).isEmpty();
    assertRefused(
        left -> left.without(STRICT, "db", null, IMPORT_B.replace("false", "true")),
        B,
        "{collMod: 'd', validator: {}}",
        OplogError.OPLOG_UNKNOWN_COLLECTION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{drop: 'd'}",
        "{dropDatabase: 1}",
        "{renameCollection: 'db.d', to: 'db.e'}",
        "{renameCollection: 'db.c', to: 'db.d', dropTarget: true}"
      })
  void shouldForgetTheNameOfWhatWasNeverCreatedWhenItWouldBeGone(String end) {
    Consumer<CatalogueScenario> leaveOut =
        left -> {
          left.without(STRICT, "db", null, "{create: 'd'}");
          left.command(STRICT, "db", null, end);
          left.command(STRICT, "db", null, "{drop: 'c'}");
          if (end.contains("db.c")) {
            left.command(STRICT, "db", null, "{renameCollection: 'db.d', to: 'db.e'}");
          }
        };

    assertRefused(
        leaveOut, null, "{collMod: 'd', validator: {}}", OplogError.OPLOG_UNKNOWN_COLLECTION);
  }

  @Test
  void shouldForgetTheNameOfWhatWasNeverCreatedWhenItIsCreatedAgain() {
    Consumer<CatalogueScenario> leaveOut =
        left -> {
          left.without(STRICT, "db", null, "{create: 'd'}");
          left.command(STRICT, "db", null, "{create: 'd'}");
        };

    assertRefused(
        leaveOut, null, "{dropIndexes: 'd', index: 'a_1'}", OplogError.OPLOG_UNKNOWN_INDEX);
    assertRefused(
        leaveOut.andThen(
            left -> left.command(STRICT, "db", null, "{renameCollection: 'db.d', to: 'db.e'}")),
        null,
        "{collMod: 'd', validator: {}}",
        OplogError.OPLOG_UNKNOWN_COLLECTION);
  }

  private static void assertRefused(
      Consumer<CatalogueScenario> leaveOut, UUID collection, String command, OplogError code) {
    CatalogueScenario scenario = new CatalogueScenario().seed("db.c", A, ID_INDEX);
    leaveOut.accept(scenario);

    assertThatThrownBy(() -> scenario.command(STRICT, "db", collection, command))
        .isInstanceOfSatisfying(TidemarkException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
