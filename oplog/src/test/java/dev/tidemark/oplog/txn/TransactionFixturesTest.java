package dev.tidemark.oplog.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.fixture.Documents;
import dev.tidemark.oplog.fixture.Fixtures;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.update.ModifierOrder;
import dev.tidemark.oplog.update.UpdateApplier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions of real servers and of the reference tools' tests. */
class TransactionFixturesTest {

  /** Documents by namespace and {@code _id}, one operation after another. */
  private static final class ResultingDocuments implements OperationSink {
    private final Map<String, BsonSlice> documents = new TreeMap<>();
    private final UpdateApplier updates = new UpdateApplier(ModifierOrder.LEXICOGRAPHIC);

    @Override
    public void accept(OplogEntry operation, Optime effective) {
      switch (operation.kind()) {
        case INSERT -> documents.put(key(operation, operation.o()), operation.o());
        case DELETE -> documents.remove(key(operation, operation.o()));
        case UPDATE ->
            documents.computeIfPresent(
                key(operation, operation.o2()), (key, old) -> updates.apply(old, operation.o()));
        case COMMAND, NOOP -> {}
      }
    }

    private static String key(OplogEntry operation, BsonSlice document) {
      return operation.namespace() + " " + document.toRawBsonDocument().get("_id");
    }

    List<BsonValue> in(String namespace) {
      List<BsonValue> found = new ArrayList<>();
      documents.forEach(
          (key, document) -> {
            if (key.startsWith(namespace + " ")) {
              found.add(BsonDocument.parse(document.toRawBsonDocument().toJson()));
            }
          });
      return found;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transactions.json", "transactions-6.1.json"})
  void shouldLeadToPostimagesWhenCasesInterleaveInAnyOrder(String file) throws IOException {
    BsonDocument cases =
        BsonDocument.parse(Files.readString(Fixtures.root().resolve("mongo-tools").resolve(file)));
    for (int seed = 0; seed < 50; seed++) {
      ResultingDocuments documents = new ResultingDocuments();
      TransactionAssembler assembler =
          new TransactionAssembler(ApplyWindow.ofReplicaSet(Optime.ZERO, Optime.MAX));
      for (BsonDocument entry : interleaved(cases, new Random(seed))) {
        assembler.accept(OplogEntry.read(Documents.of(entry)), documents);
      }

      cases.forEach(
          (name, value) ->
              assertThat(documents.in(value.asDocument().getString("ns").getValue()))
                  .as(name)
                  .isEqualTo(value.asDocument().getArray("postimage").getValues()));
      assertThat(assembler.open())
          .extracting(OpenTransaction::prepared)
          .containsExactlyInAnyOrder(false, true);
    }
  }

  private static List<BsonDocument> interleaved(BsonDocument cases, Random random) {
    List<Deque<BsonValue>> streams = new ArrayList<>();
    cases
        .values()
        .forEach(value -> streams.add(new ArrayDeque<>(value.asDocument().getArray("ops"))));
    List<BsonDocument> entries = new ArrayList<>();
    while (!streams.isEmpty()) {
      int next = random.nextInt(streams.size());
      entries.add(streams.get(next).remove().asDocument());
      if (streams.get(next).isEmpty()) {
        streams.remove(next);
      }
    }
    return entries;
  }

  @ParameterizedTest
  @CsvSource({
    "oplogs/bson/vectored_insert.bson, mongodump_test_db.coll1, 100 200",
    "oplogs/bson/linked_vectored_inserts.bson, mongodump_test_db.coll1, 300 400 500 600 700"
  })
  void shouldInsertEachDocumentWhenInsertsAreVectored(String file, String namespace, String ids) {
    ResultingDocuments documents = new ResultingDocuments();

    replay(
        ApplyWindow.ofReplicaSet(Optime.ZERO, Optime.MAX),
        documents,
        Fixtures.root().resolve("mongo-tools").resolve(file));

    assertThat(documents.in(namespace))
        .extracting(document -> document.asDocument().getInt32("_id").getValue())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ids.split(" ")).map(Integer::valueOf).toList());
  }

  @Test
  void shouldExpandApplyOpsWhenUserSentThem() {
    ResultingDocuments documents = new ResultingDocuments();

    replay(
        ApplyWindow.ofReplicaSet(Optime.ZERO, Optime.MAX),
        documents,
        Fixtures.root().resolve("mongo-tools/oplogdump/oplog.bson"));

    assertThat(documents.in("db1.c1"))
        .extracting(document -> document.asDocument().getInt32("x").getValue())
        .containsExactlyInAnyOrder(1456, 1457, 1458, 1459, 1460);
  }

  /**
   * The last transaction deletes two documents on each shard; its commit entries are 7 on one and 8
   * on the other, its commit timestamp is 5.
   */
  @ParameterizedTest
  @CsvSource({
    "1644243375:4, 0 1 2 3 4 5 24 25 34 35 195 196 295 296",
    "1644243375:5, 0 1 2 3 4 5 24 25 195 196",
    "1644243375:6, 0 1 2 3 4 5 24 25 195 196",
    "1644243375:7, 0 1 2 3 4 5 24 25 195 196",
    "1644243375:9, 0 1 2 3 4 5 24 25 195 196"
  })
  void shouldBeOnAllShardsOrNoneWhenTransactionSpansThem(String target, String expected) {
    List<Integer> counters = new ArrayList<>();
    for (String shard : List.of("rs1", "rs2")) {
      ResultingDocuments documents = new ResultingDocuments();
      Path[] oplog =
          Fixtures.files("pbm/disttxn_50/" + shard, ".oplog.bson").stream()
              .filter(file -> !file.endsWith("base.oplog.bson"))
              .toArray(Path[]::new);

      TransactionAssembler assembler =
          replay(ApplyWindow.ofShard(Optime.ZERO, Optime.parse(target)), documents, oplog);

      assertThat(assembler.awaitsDecisions()).isFalse();
      documents
          .in("trx.test")
          .forEach(document -> counters.add(document.asDocument().getNumber("idx").intValue()));
    }
    assertThat(counters)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(expected.split(" ")).map(Integer::valueOf).toList());
  }

  private static TransactionAssembler replay(
      ApplyWindow window, OperationSink sink, Path... files) {
    TransactionAssembler assembler = new TransactionAssembler(window);
    for (Path file : files) {
      for (BsonSlice entry : Fixtures.documents(file)) {
        assembler.accept(OplogEntry.read(entry), sink);
      }
    }
    return assembler;
  }
}
