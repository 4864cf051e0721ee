package dev.tidemark.oplog.catalog;

import static dev.tidemark.oplog.catalog.CatalogueScenario.ID_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.fixture.DumpMetadata;
import dev.tidemark.oplog.fixture.Fixtures;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.TransactionAssembler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Oplogs of the reference tools' own tests, with the indexes that they expect. */
class ToolFixturesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create_indexes/oplog.bson|create_indexes.test|_id_ a_1 b_1",
        "commit_indexes_build/oplog.bson|commit_index.test|_id_ a_1 b_1",
        "tools-2002/oplog.bson|foo.bar|_id_ a_1_b_1",
        "dump_with_noop_in_oplog/oplog.bson|test.data|_id_"
      })
  void shouldHaveIndexesWhenOplogCreatesCollection(String file, String namespace, String names) {
    Catalogue catalogue = new Catalogue(Optime.ZERO);

    replay(catalogue, file);

    assertThat(names(catalogue, namespace)).containsExactly(names.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "oplogs/bson/create_index.bson|_id_|_id_ f_1",
        "oplogs/bson/commit_index.bson|_id_|_id_ a_1",
        "oplogs/bson/drop_index.bson|_id_ f_1|_id_",
        "oplogs/bson/drop_collection.bson|_id_|",
        "oplogs/bson/drop_db.bson|_id_|"
      })
  void shouldChangeIndexesWhenCollectionIsThereWithoutUuid(
      String file, String before, String after) {
    Catalogue catalogue = new Catalogue(Optime.ZERO);
    seed(catalogue, "test.foo", before.split(" "));

    replay(catalogue, file);

    assertThat(names(catalogue, "test.foo"))
        .containsExactly(after == null ? new String[0] : after.split(" "));
  }

  @Test
  void shouldCountNoIndexWhenItsBuildIsAborted() {
    Catalogue catalogue = new Catalogue(Optime.ZERO);
    seed(catalogue, "test.skip_index_entries", "_id_");

    replay(catalogue, "oplog_ignore_index/oplog.bson");

    assertThat(names(catalogue, "test.skip_index_entries")).containsExactly("_id_");
  }

  @Test
  void shouldPrepareIndexesWhenTheirUniquenessIsUndone() {
    Catalogue catalogue = new Catalogue(Optime.ZERO);

    replay(catalogue, "oplogs/bson/collMod_indexUniqueness.bson");

    assertThat(specs(catalogue, "mongodump_test_db.coll1"))
        .hasSize(5)
        .filteredOn(index -> index.containsKey("prepareUnique"))
        .hasSize(4)
        .allSatisfy(
            index -> {
              assertThat(index.getBoolean("prepareUnique").getValue()).isTrue();
              assertThat(index).doesNotContainKey("unique");
            });
  }

  @Test
  void shouldChangeTimeToLiveWhenCollModSaysSo() {
    Catalogue catalogue = new Catalogue(Optime.ZERO);
    Path dump = Fixtures.root().resolve("mongo-tools/collMod_ttl_index");
    DumpMetadata.seeds(dump).forEach(catalogue::seed);

    replay(catalogue, "collMod_ttl_index/oplog.bson");

    List<BsonDocument> specs = specs(catalogue, "mongodump_test_db.coll1");
    assertThat(specs).hasSize(2);
    assertThat(specs.get(1).getInt32("expireAfterSeconds").getValue()).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource({
    "oplogs/bson/collMod.bson, '{key: {f: 1}, name: \"f_1\", expireAfterSeconds: 3600}'",
    "oplogs/bson/collMod_with_hidden.bson,"
        + " '{key: {f: 1}, name: \"f_1\", expireAfterSeconds: 3600, hidden: true}'"
  })
  void shouldChangeIndexWhenCollModNamesIt(String file, String expected) {
    Catalogue catalogue = new Catalogue(Optime.ZERO);
    seed(catalogue, "test.foo", "_id_", "f_1");

    replay(catalogue, file);

    assertThat(specs(catalogue, "test.foo").get(1)).isEqualTo(BsonDocument.parse(expected));
  }

  @Test
  void shouldFollowUsersCollectionsOnlyWhenOplogHoldsOthers() {
    Catalogue catalogue = new Catalogue(Optime.ZERO);

    replay(catalogue, "oplog_partial_skips/oplog.bson");

    assertThat(catalogue.alive()).extracting(CatalogueEntry::namespace).containsExactly("db3.c1");
  }

  @Test
  void shouldWriteToBucketsWhenDumpHasNoUuids() {
    Catalogue catalogue = new Catalogue(Optime.MAX);
    Path dump = Fixtures.root().resolve("mongo-tools/timeseries_tests/ts_dump_with_oplog");
    DumpMetadata.seeds(dump).forEach(catalogue::seed);

    List<UUID> written = replay(catalogue, "timeseries_tests/ts_dump_with_oplog/oplog.bson");

    CatalogueEntry series =
        catalogue.alive().stream()
            .filter(entry -> entry.namespace().equals("timeseries_test.foo_ts"))
            .findFirst()
            .orElseThrow();
    assertThat(series.type()).isEqualTo(CollectionType.TIMESERIES);
    assertThat(series.explained()).isTrue();
    assertThat(series.uuid()).isPresent();
    assertThat(written).contains(series.id());
    assertThat(names(catalogue, "timeseries_test.foo_ts"))
        .containsExactly("meta.device_1", "ts_1_meta.device_1");
  }

  private static void seed(Catalogue catalogue, String namespace, String... indexes) {
    catalogue.seed(
        CollectionSeed.of(
            namespace,
            CollectionType.COLLECTION,
            Optional.empty(),
            new BsonDocument(),
            Arrays.stream(indexes)
                .map(
                    name ->
                        BsonDocument.parse(
                            name.equals("_id_")
                                ? ID_INDEX
                                : "{key: {f: 1}, name: '" + name + "', expireAfterSeconds: 1000}"))
                .toList()));
  }

  private static List<UUID> replay(Catalogue catalogue, String file) {
    List<UUID> written = new ArrayList<>();
    TransactionAssembler assembler =
        new TransactionAssembler(ApplyWindow.ofReplicaSet(Optime.ZERO, Optime.MAX));
    for (BsonSlice entry :
        Fixtures.documents(Fixtures.root().resolve("mongo-tools").resolve(file))) {
      assembler.accept(
          OplogEntry.read(entry),
          (operation, effective) -> written.add(catalogue.apply(operation, effective)));
    }
    return written;
  }

  private static List<BsonDocument> specs(Catalogue catalogue, String namespace) {
    return catalogue.alive().stream()
        .filter(entry -> entry.namespace().equals(namespace))
        .flatMap(entry -> entry.indexes().stream())
        .toList();
  }

  private static List<String> names(Catalogue catalogue, String namespace) {
    return specs(catalogue, namespace).stream()
        .map(index -> index.getString("name").getValue())
        .toList();
  }
}
