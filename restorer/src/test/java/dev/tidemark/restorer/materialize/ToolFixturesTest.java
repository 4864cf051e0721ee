package dev.tidemark.restorer.materialize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tidemark.archive.digest.CollectionState;
import dev.tidemark.archive.digest.DumpDigester;
import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.DumpedCollection;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dumps and oplogs from the tests of mongorestore and of Percona Backup, kept beside the project.
 */
class ToolFixturesTest {

  private static final List<Integer> COUNTERS =
      List.of(0, 1, 2, 3, 4, 5, 24, 25, 34, 35, 195, 196, 295, 296);

  @TempDir private Path temporary;

  @Test
  void shouldExpandApplyOps() throws IOException {
    assertThat(latest("oplogdump").get("db1.c1").content().orElseThrow().count()).isEqualTo(10);
  }

  @Test
  void shouldMindNoUniqueIndexWhileReplaying() throws IOException {
    CollectionState foo = latest("duplicate_index_key_with_oplog").get("test.foo");
    assertThat(foo.content().orElseThrow().count()).isEqualTo(1);
    assertThat(names(foo)).containsExactly("_id_", "a_1");
  }

  @Test
  void shouldPassOverNoops() throws IOException {
    CollectionState data = latest("dump_with_noop_in_oplog").get("test.data");
    assertThat(data.content().orElseThrow().count()).isEqualTo(1);
  }

  @Test
  void shouldReadTheOplogOfADumpOfTheDatabaseLocal() throws IOException {
    assertThat(latest("dump_local_oplog").get("test.op").content().orElseThrow().count())
        .isEqualTo(100);
  }

  @Test
  void shouldFollowIndexesAlsoInAFileThatIsNotInOrder() throws IOException {
    assertThat(names(latest("create_indexes").get("create_indexes.test")))
        .containsExactly("_id_", "a_1", "b_1");
    assertThat(names(latest("commit_indexes_build").get("commit_index.test")))
        .containsExactly("_id_", "a_1", "b_1");
    assertThat(names(latest("tools-2002").get("foo.bar"))).containsExactly("_id_", "a_1_b_1");
  }

  @Test
  void shouldChangeTheExpiryOfAnIndex() throws IOException {
    CollectionState coll1 = latest("collMod_ttl_index").get("mongodump_test_db.coll1");
    assertThat(coll1.indexes()).hasSize(2);
    assertThat(coll1.indexes().get(1).getNumber("expireAfterSeconds").longValue()).isEqualTo(1000);
  }

  @Test
  void shouldLeaveOutWhatBelongsToAServer() throws IOException {
    assertThat(latest("oplog_partial_skips")).containsOnlyKeys("db3.c1");
  }

  @Test
  void shouldApplyDeltasToBucketsOfATimeSeriesCollection() throws IOException {
    Map<String, CollectionState> state = latest("timeseries_tests/ts_dump_with_oplog");
    CollectionState series = state.get("timeseries_test.foo_ts");
    assertThat(series.type()).isEqualTo("timeseries");
    assertThat(series.content().orElseThrow().count()).isEqualTo(10);
    assertThat(names(series)).containsExactly("meta.device_1", "ts_1_meta.device_1");
    assertThat(measurements()).isEqualTo(2164);
  }

  /** The buckets' columns hold one field for each measurement. */
  private int measurements() throws IOException {
    int measurements = 0;
    try (Dump dump = Dumps.open(temporary.resolve("out"))) {
      for (DumpedCollection collection : dump.collections()) {
        if (collection.name().equals("system.buckets.foo_ts")) {
          for (BsonDocument bucket : documents(dump, collection)) {
            measurements += bucket.getDocument("data").getDocument("ts").size();
          }
        }
      }
    }
    return measurements;
  }

  @Test
  void shouldInsertVectoredAndLinkedDocuments() throws IOException {
    assertThat(oplogOnly("vectored_insert")).hasSize(2);
    assertThat(oplogOnly("linked_vectored_inserts")).hasSize(5);
  }

  @Test
  void shouldCommitATransactionOnBothShardsOrOnNone() throws IOException {
    assertThat(counters("1644243375:4")).isEqualTo(COUNTERS);
    List<Integer> after = counters("1644243375:5");
    assertThat(after).isNotEqualTo(COUNTERS);
    // The commit entries lie at 7 on one shard and at 8 on the other.
    assertThat(counters("1644243375:6")).isEqualTo(after);
    assertThat(counters("1644243375:7")).isEqualTo(after);
    assertThat(counters("1644243375:8")).isEqualTo(after);
  }

  @Test
  void shouldReplayTheShardsOfAnOlderClusterToTheEnd() throws IOException {
    Map<String, ShardInput> shards =
        Map.of("rs1", shard("disttxn_4x", "rs1"), "rs2", shard("disttxn_4x", "rs2"));
    Optime latest = Materialization.resolve(new RestoreTarget.Latest(), shards.values());

    Map<String, MergeReport> reports =
        materialization(latest).shards(shards, temporary.resolve("out"));

    assertThat(reports.values()).allMatch(MergeReport::complete);
  }

  /** The values of {@code idx} in {@code trx.test} of both shards together. */
  private List<Integer> counters(String optime) throws IOException {
    Path out = temporary.resolve("at-" + optime.replace(':', '-'));
    Map<String, ShardInput> shards = new LinkedHashMap<>();
    shards.put("rs1", shard("disttxn_50", "rs1"));
    shards.put("rs2", shard("disttxn_50", "rs2"));
    Map<String, MergeReport> reports = materialization(Optime.parse(optime)).shards(shards, out);
    assertThat(reports.values()).allMatch(MergeReport::complete);
    TreeSet<Integer> counters = new TreeSet<>();
    for (String shard : shards.keySet()) {
      try (Dump dump = Dumps.open(out.resolve(shard))) {
        for (DumpedCollection collection : dump.collections()) {
          if (collection.namespace().equals("trx.test")) {
            documents(dump, collection)
                .forEach(document -> counters.add(document.getNumber("idx").intValue()));
          }
        }
      }
    }
    return List.copyOf(counters);
  }

  private static ShardInput shard(String cluster, String name) throws IOException {
    Path folder = fixtures().resolve("pbm").resolve(cluster).resolve(name);
    try (Stream<Path> files = Files.list(folder)) {
      return new ShardInput(
          folder.resolve("base.archive"),
          files.filter(file -> file.toString().endsWith(".oplog.bson")).sorted().toList(),
          Optional.empty(),
          Optional.empty());
    }
  }

  private List<BsonDocument> oplogOnly(String name) throws IOException {
    Path empty = Files.createDirectories(temporary.resolve("empty"));
    Path out = temporary.resolve(name);
    ShardInput input =
        new ShardInput(
            empty,
            List.of(fixtures().resolve("mongo-tools/oplogs/bson/" + name + ".bson")),
            Optional.empty(),
            Optional.empty());
    MergeReport report =
        materialization(Materialization.resolve(new RestoreTarget.Latest(), List.of(input)))
            .replicaSet(input, out);
    assertThat(report.warnings()).singleElement().asString().contains("mongodump_test_db.coll1");
    try (Dump dump = Dumps.open(out)) {
      return documents(dump, dump.collections().get(0));
    }
  }

  private Map<String, CollectionState> latest(String dump) throws IOException {
    ShardInput input =
        new ShardInput(
            fixtures().resolve("mongo-tools").resolve(dump),
            List.of(),
            Optional.empty(),
            Optional.empty());
    Path out = temporary.resolve("out");
    if (Files.exists(out)) {
      out = temporary.resolve(dump.replace('/', '-'));
    }
    Optime target = Materialization.resolve(new RestoreTarget.Latest(), List.of(input));
    assertThat(materialization(target).replicaSet(input, out).complete()).isTrue();
    try (Dump opened = Dumps.open(out)) {
      LogicalState state = new DumpDigester(temporary, 1 << 20).digest(opened);
      assertThat(state.moment()).contains(target);
      return state.namespaces();
    }
  }

  private Materialization materialization(Optime target) {
    return new Materialization(
        target, false, new MergeOptions(2, 16 << 20, temporary), MergeListener.NONE);
  }

  private static List<BsonDocument> documents(Dump dump, DumpedCollection collection)
      throws IOException {
    List<BsonDocument> documents = new ArrayList<>();
    try (DocumentReader reader = dump.documents(collection)) {
      for (BsonSlice next = reader.next(); next != null; next = reader.next()) {
        documents.add(next.toRawBsonDocument());
      }
    }
    return documents;
  }

  private static List<String> names(CollectionState state) {
    return state.indexes().stream().map(index -> index.getString("name").getValue()).toList();
  }

  private static Path fixtures() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path fixtures = folder.resolve("shared").resolve("fixtures");
      if (Files.isDirectory(fixtures)) {
        return fixtures;
      }
    }
    return abort("the fixtures are not beside the project");
  }
}
