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
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Create, drop and rename. */
class CollectionCommandsTest {

  private static final UUID A = uuid(1);
  private static final UUID B = uuid(2);
  private static final UUID C = uuid(3);

  private final CatalogueScenario scenario = new CatalogueScenario();

  @Test
  void shouldKeepOptionsAndIdIndexWhenCollectionIsCreated() {
    scenario.command(
        STRICT,
        "db",
        A,
        "{create: 'c', capped: true, size: {$numberLong: '4096'}, recordIdsReplicated: true,"
            + " validator: {n: 1}, idIndex: {v: 2, key: {_id: 1}, name: '_id_', ns: 'db.c'}}");

    CatalogueEntry created = scenario.get("db.c");
    assertThat(created.id()).isEqualTo(A);
    assertThat(created.uuid()).contains(A);
    assertThat(created.type()).isEqualTo(CollectionType.COLLECTION);
    assertThat(created.isCapped()).isTrue();
    assertThat(created.options().toJson())
        .isEqualTo(json("{capped: true, size: {$numberLong: '4096'}, validator: {n: 1}}"));
    assertThat(scenario.index("db.c", "_id_")).isEqualTo(json(ID_INDEX));
  }

  @Test
  void shouldMakeUpIdIndexWhenCreateHasNone() {
    scenario.command(STRICT, "db", A, "{create: 'c', collation: {locale: 'en'}}");

    assertThat(scenario.index("db.c", "_id_"))
        .isEqualTo(json("{v: 2, key: {_id: 1}, name: '_id_', collation: {locale: 'en'}}"));
  }

  @Test
  void shouldHaveNoIdIndexWhenCreateForbidsIt() {
    scenario.command(STRICT, "db", A, "{create: 'c', autoIndexId: false}");

    assertThat(scenario.indexNames("db.c")).isEmpty();
    assertThat(scenario.get("db.c").options()).containsOnlyKeys("autoIndexId");
  }

  @Test
  void shouldListClusteredIndexWhenCollectionIsClustered() {
    scenario.command(
        STRICT,
        "db",
        A,
        "{create: 'c', clusteredIndex: {v: 2, key: {_id: 1}, name: '_id_', unique: true}}");

    assertThat(scenario.index("db.c", "_id_"))
        .isEqualTo(json("{v: 2, key: {_id: 1}, name: '_id_', unique: true, clustered: true}"));
    assertThat(scenario.get("db.c").options()).containsOnlyKeys("clusteredIndex");
  }

  @Test
  void shouldDoNothingWhenSameCollectionIsCreatedAgain() {
    scenario.seed("db.c", A, ID_INDEX, "{v: 2, key: {n: 1}, name: 'n_1'}");

    scenario.command(STRICT, "db", A, "{create: 'c'}");

    assertThat(scenario.indexNames("db.c")).containsExactly("_id_", "n_1");
  }

  @Test
  void shouldFollowBothWhenNameIsTakenBeforeBaseWasComplete() {
    scenario.seed("db.c", B, ID_INDEX);

    scenario.command(FUZZY, "db", A, "{create: 'c'}");
    scenario.command(FUZZY, "db", A, "{drop: 'c'}");
    scenario.command(FUZZY, "db", B, "{create: 'c'}");

    assertThat(scenario.get("db.c").id()).isEqualTo(B);
  }

  @Test
  void shouldFailWhenNameIsStillSharedAtEndOfBase() {
    scenario.seed("db.c", B, ID_INDEX);
    scenario.command(FUZZY, "db", A, "{create: 'c'}");

    assertFails(
        OplogError.OPLOG_NAMESPACE_CONFLICT,
        () -> scenario.command(STRICT, "db", null, "{dbCheck: 'c'}"));
  }

  @Test
  void shouldFailWhenNameIsTakenAfterEndOfBase() {
    scenario.seed("db.c", B, ID_INDEX);

    assertFails(
        OplogError.OPLOG_NAMESPACE_CONFLICT,
        () -> scenario.command(STRICT, "db", A, "{create: 'c'}"));
  }

  @Test
  void shouldDropByUuidWhenNameHasOtherHolder() {
    scenario.seed("db.c", A, ID_INDEX);
    scenario.command(FUZZY, "db", B, "{create: 'c'}");

    scenario.command(FUZZY, "db", A, "{drop: 'c'}");

    assertThat(scenario.get("db.c").id()).isEqualTo(B);
  }

  @Test
  void shouldIgnoreDropWhenCollectionIsAbsent() {
    scenario.command(STRICT, "db", A, "{drop: 'c'}");

    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldKeepStaleWritesOffNewCollectionWhenNameIsUsedAgain() {
    scenario.seed("db.c", A, ID_INDEX);
    scenario.command(FUZZY, "db", A, "{drop: 'c'}");
    scenario.command(FUZZY, "db", B, "{create: 'c'}");

    assertThat(scenario.write(FUZZY, "i", "db.c", A, "{_id: 1}", null)).isNotEqualTo(B);
    assertThat(scenario.write(FUZZY, "i", "db.c", B, "{_id: 1}", null)).isEqualTo(B);
  }

  @Test
  void shouldKeepIdentityWhenCollectionIsRenamed() {
    scenario.seed("db.a", A, ID_INDEX);

    rename(STRICT, A, "db.a", "db.b", "");

    assertThat(scenario.namespaces()).containsExactly("db.b");
    assertThat(scenario.write(STRICT, "i", "db.b", A, "{_id: 1}", null)).isEqualTo(A);
  }

  @Test
  void shouldDropTargetWhenRenameNamesItsUuid() {
    scenario.seed("db.a", A, ID_INDEX).seed("db.b", B, ID_INDEX);

    rename(STRICT, A, "db.a", "db.b", ", dropTarget: " + Entries.json(B));

    assertThat(scenario.namespaces()).containsExactly("db.b");
    assertThat(scenario.get("db.b").id()).isEqualTo(A);
  }

  @Test
  void shouldDropTargetWhenRenameSaysTrue() {
    scenario.seed("db.a", A, ID_INDEX).seed("db.b", B, ID_INDEX);

    rename(STRICT, A, "db.a", "db.b", ", dropTarget: true");

    assertThat(scenario.get("db.b").id()).isEqualTo(A);
  }

  @Test
  void shouldFailWhenRenameHitsCollectionThatItDoesNotDrop() {
    scenario.seed("db.a", A, ID_INDEX).seed("db.b", B, ID_INDEX);

    assertFails(
        OplogError.OPLOG_NAMESPACE_CONFLICT,
        () -> rename(STRICT, A, "db.a", "db.b", ", dropTarget: false"));
  }

  @Test
  void shouldOnlyDropNamedTargetWhenSourceIsRenamedAlready() {
    scenario.seed("db.b", A, ID_INDEX).seed("db.old", B, ID_INDEX);

    rename(FUZZY, A, "db.a", "db.b", ", dropTarget: " + Entries.json(B));

    assertThat(scenario.namespaces()).containsExactly("db.b");
  }

  @Test
  void shouldDropTargetWhenSourceIsGoneBeforeEndOfBase() {
    scenario.seed("db.b", B, ID_INDEX);

    rename(FUZZY, A, "db.a", "db.b", ", dropTarget: " + Entries.json(B));
    scenario.command(FUZZY, "db", A, "{drop: 'b'}");

    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldFailWhenSourceIsUnknownAfterEndOfBase() {
    assertFails(OplogError.OPLOG_UNKNOWN_COLLECTION, () -> rename(STRICT, A, "db.a", "db.b", ""));
  }

  @Test
  void shouldEndBeingTemporaryWhenRenameDoesNotKeepIt() {
    scenario.command(STRICT, "db", A, "{create: 'tmp1', temp: true}");
    scenario.command(STRICT, "db", B, "{create: 'tmp2', temp: true}");

    rename(STRICT, A, "db.tmp1", "db.a", ", stayTemp: false");
    rename(STRICT, B, "db.tmp2", "db.b", ", stayTemp: true");

    assertThat(scenario.get("db.a").options()).isEmpty();
    assertThat(scenario.get("db.b").options()).containsOnlyKeys("temp");
  }

  @Test
  void shouldFollowCappedConversionWhenItIsLoggedAsCreateAndRename() {
    scenario.seed("db.c", A, ID_INDEX, "{v: 2, key: {n: 1}, name: 'n_1'}");

    scenario.command(
        STRICT,
        "db",
        B,
        "{create: 'tmpX.convertToCapped.c', capped: true, size: 4096, temp: true}");
    rename(STRICT, B, "db.tmpX.convertToCapped.c", "db.c", ", dropTarget: " + Entries.json(A));

    assertThat(scenario.get("db.c").isCapped()).isTrue();
    assertThat(scenario.get("db.c").options()).doesNotContainKey("temp");
    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");
  }

  @Test
  void shouldSwapNamesWhenRenamesFormChain() {
    scenario.seed("db.a", A, ID_INDEX).seed("db.b", B, ID_INDEX);

    rename(STRICT, A, "db.a", "db.x", "");
    rename(STRICT, B, "db.b", "db.a", "");
    rename(STRICT, A, "db.x", "db.b", "");

    assertThat(scenario.get("db.a").id()).isEqualTo(B);
    assertThat(scenario.get("db.b").id()).isEqualTo(A);
  }

  @Test
  void shouldKeepWhatIsCreatedLaterWhenFuzzyDatabaseIsDropped() {
    scenario.seed("db.new", A, ID_INDEX).seed("other.c", B, ID_INDEX);

    scenario.command(FUZZY, "db", null, "{dropDatabase: 1}");
    scenario.command(FUZZY, "db", A, "{create: 'new'}");

    assertThat(scenario.namespaces()).containsExactly("db.new", "other.c");
  }

  @Test
  void shouldDropWhatIsNeverCreatedAgainWhenFuzzyDatabaseIsDropped() {
    scenario.seed("db.old", A, ID_INDEX);

    scenario.command(FUZZY, "db", null, "{dropDatabase: 1}");

    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldDropEverythingInItWhenDatabaseIsDroppedAfterEndOfBase() {
    scenario.seed("db.c", A, ID_INDEX).seed("dbx.c", B, ID_INDEX);

    scenario.command(STRICT, "db", null, "{dropDatabase: 1}");

    assertThat(scenario.namespaces()).containsExactly("dbx.c");
  }

  @Test
  void shouldReportAsUnexplainedWhenNothingCreatedCollection() {
    assertThat(scenario.write(FUZZY, "i", "db.c", A, "{_id: 1}", null)).isEqualTo(A);

    assertThat(scenario.get("db.c").explained()).isFalse();
    assertThat(scenario.indexNames("db.c")).containsExactly("_id_");
  }

  @Test
  void shouldBeExplainedWhenCreationComesLate() {
    scenario.write(FUZZY, "i", "db.c", A, "{_id: 1}", null);

    scenario.command(FUZZY, "db", A, "{create: 'c', capped: true, size: 4096}");

    assertThat(scenario.get("db.c").explained()).isTrue();
    assertThat(scenario.get("db.c").isCapped()).isTrue();
  }

  @Test
  void shouldForgetUnexplainedCollectionWhenItIsDropped() {
    scenario.write(FUZZY, "i", "db.c", A, "{_id: 1}", null);

    scenario.command(FUZZY, "db", A, "{drop: 'c'}");

    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldTellWhichCollectionIsEmptiedWhenCappedOneIs() {
    scenario.seed("db.c", A, ID_INDEX);

    assertThat(scenario.command(STRICT, "db", A, "{emptycapped: 'c'}")).isEqualTo(A);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local.oplog.rs",
        "config.transactions",
        "config.cache.collections",
        "db.system.profile",
        "admin.system.keys",
        "__mdb_internal_x.c"
      })
  void shouldFollowNothingWhenNamespaceBelongsToServer(String namespace) {
    String database = namespace.substring(0, namespace.indexOf('.'));
    String collection = namespace.substring(namespace.indexOf('.') + 1);
    scenario.seed(namespace, B, ID_INDEX);

    scenario.command(STRICT, database, A, "{create: '" + collection + "'}");
    scenario.command(
        STRICT, database, C, "{createIndexes: '" + collection + "', key: {a: 1}, name: 'a_1'}");

    assertThat(scenario.write(STRICT, "i", namespace, A, "{_id: 1}", null)).isNull();
    assertThat(scenario.alive()).isEmpty();
  }

  @Test
  void shouldFailWhenFeatureCompatibilityVersionChanges() {
    assertFails(
        OplogError.OPLOG_FCV_CHANGED,
        () ->
            scenario.write(
                STRICT,
                "u",
                "admin.system.version",
                A,
                "{$set: {version: '4.2'}}",
                "{_id: 'featureCompatibilityVersion'}"));
  }

  @Test
  void shouldGoOnWhenVersionIsWrittenFirstTime() {
    assertThat(
            scenario.write(
                STRICT,
                "i",
                "admin.system.version",
                A,
                "{_id: 'featureCompatibilityVersion', version: '4.2'}",
                null))
        .isNull();
  }

  @Test
  void shouldDescribeCollectionWhenBaseListsIt() {
    scenario.seed("db.c", CollectionType.COLLECTION, A, "{capped: true, size: 4096}", ID_INDEX);

    CatalogueEntry entry = scenario.get("db.c");
    assertThat(entry.id()).isEqualTo(A);
    assertThat(entry.uuid()).isEqualTo(Optional.of(A));
    assertThat(entry.dataNamespace()).isEqualTo("db.c");
    assertThat(entry.explained()).isTrue();
    assertThat(entry.options().toJson()).isEqualTo(json("{capped: true, size: 4096}"));
  }

  private void rename(long second, UUID uuid, String from, String to, String more) {
    String database = from.substring(0, from.indexOf('.'));
    scenario.command(
        second, database, uuid, "{renameCollection: '" + from + "', to: '" + to + "'" + more + "}");
  }

  private static void assertFails(OplogError code, ThrowingCallable call) {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(call)
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.where()).contains("optime");
              assertThat(failure.remedy()).isNotEmpty();
            });
  }
}
