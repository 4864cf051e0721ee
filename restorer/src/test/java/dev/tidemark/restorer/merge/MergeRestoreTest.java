package dev.tidemark.restorer.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeRestoreTest {

  private static final UUID ORDERS = new UUID(1, 1);
  private static final UUID LOG = new UUID(1, 2);
  private static final Optime START = Optime.of(1, 1);

  @TempDir private Path temporary;

  private final TestOplog oplog = new TestOplog().noop();

  @Test
  void shouldHandOverUntouchedDocumentsWithoutCopyingThem() throws IOException {
    BsonSlice untouched = doc("{\"_id\": 1, \"q\": 1}");
    TestBase base = orders(untouched, doc("{\"_id\": 2, \"q\": 1}"));
    oplog.update("shop.orders", ORDERS, id(2), json("{\"$v\": 1, \"$set\": {\"q\": 5}}"));
    TestSink sink = new TestSink(true);

    MergeReport report = restore(base, sink);

    assertThat(sink.documents("shop.orders"))
        .anySatisfy(document -> assertThat(document).isSameAs(untouched));
    assertThat(sink.documents("shop.orders"))
        .containsExactly(untouched, doc("{\"_id\": 2, \"q\": 5}"));
    assertThat(report.documents()).isEqualTo(2);
    assertThat(report.operations()).isEqualTo(1);
    assertThat(sink.isFinished()).isTrue();
  }

  @Test
  void shouldFindTheDocumentWhateverTheNumericTypeOfItsId() throws IOException {
    TestBase base = orders(doc("{\"_id\": {\"$numberLong\": \"7\"}, \"q\": 1}"));
    oplog.update(
        "shop.orders",
        ORDERS,
        json("{\"_id\": {\"$numberDouble\": \"7.0\"}}"),
        json("{\"$v\": 2, \"diff\": {\"u\": {\"q\": 2}}}"));
    TestSink sink = new TestSink(true);

    assertThat(restore(base, sink).complete()).isTrue();

    assertThat(sink.documents("shop.orders"))
        .containsExactly(doc("{\"_id\": {\"$numberLong\": \"7\"}, \"q\": 2}"));
  }

  @Test
  void shouldNotApplyTheEntryAgainThatABaseOfOneMomentShows() throws IOException {
    String update = "{\"op\": \"u\", \"ns\": \"shop.orders\", \"o2\": {\"_id\": 1}, \"o\": %s}";
    oplog
        .transactionPart(ORDERS, true, update.formatted("{\"$v\": 1, \"$unset\": {\"q\": true}}"))
        .transactionPart(ORDERS, true, update.formatted("{\"$v\": 1, \"$set\": {\"q\": 1}}"))
        .transactionPart(ORDERS, false, update.formatted("{\"$v\": 1, \"$set\": {\"p\": 1}}"));
    BsonSlice shown = doc("{\"_id\": 1, \"q\": 1, \"p\": 1}");
    TestBase base =
        new TestBase(oplog.last(), oplog.last())
            .collection("shop.orders", ORDERS, "{}", List.of(shown));

    TestSink atOnce = new TestSink(true);
    assertThat(restore(base, atOnce).operations()).isZero();
    oplog.update("shop.orders", ORDERS, id(1), json("{\"$v\": 1, \"$set\": {\"r\": 1}}"));
    TestSink later = new TestSink(true);
    assertThat(restore(base, later).operations()).isEqualTo(1);

    assertThat(atOnce.documents("shop.orders")).containsExactly(shown);
    assertThat(later.documents("shop.orders"))
        .containsExactly(doc("{\"_id\": 1, \"q\": 1, \"p\": 1, \"r\": 1}"));
  }

  @Test
  void shouldReportAnUpdateThatNothingExplains() throws IOException {
    oplog
        .update("shop.orders", ORDERS, id(8), json("{\"$v\": 1, \"$set\": {\"q\": 5}}"))
        .update("shop.orders", ORDERS, id(9), json("{\"_id\": 9, \"q\": 5}"))
        .update("shop.orders", ORDERS, id(10), json("{\"$v\": 1, \"$set\": {\"q\": 5}}"))
        .delete("shop.orders", ORDERS, id(10))
        .update("shop.orders", ORDERS, id(11), json("{\"_id\": 11, \"q\": 5}"))
        .delete("shop.orders", ORDERS, id(11));
    TestSink sink = new TestSink(true);

    MergeReport report = restore(orders(), sink);

    assertThat(report.complete()).isFalse();
    assertThat(report.unexplained().count()).isEqualTo(2);
    assertThat(report.unexplained().examples())
        .extracting(MergeReport.Example::optime)
        .containsExactly(Optime.of(2, 1), Optime.of(3, 1));
    assertThat(report.unexplained().examples().get(0).id()).contains("\"_id\"").contains("8");
    // A delta never makes a document; a replacement does.
    assertThat(sink.documents("shop.orders")).containsExactly(doc("{\"_id\": 9, \"q\": 5}"));
  }

  @Test
  void shouldRefuseATargetInsideTheTimeInWhichTheBaseWasRead() {
    oplog.noop().noop();
    TestBase base = new TestBase(START, Optime.of(3, 1));

    assertThatThrownBy(
            () ->
                new MergeRestore(
                        base,
                        oplog,
                        ReplayTarget.ofReplicaSet(Optime.of(2, 1)),
                        NamespaceSelection.ALL,
                        options(1, 1 << 20),
                        MergeListener.NONE)
                    .run(new TestSink(true)))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.MERGE_TARGET_BEFORE_BASE));
  }

  @Test
  void shouldRefuseATargetAfterTheLastEntry() {
    TestBase base = new TestBase(START, START);

    assertThatThrownBy(
            () ->
                new MergeRestore(
                        base,
                        oplog,
                        ReplayTarget.ofReplicaSet(Optime.of(2, 1)),
                        NamespaceSelection.ALL,
                        options(1, 1 << 20),
                        MergeListener.NONE)
                    .run(new TestSink(true)))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.MERGE_OPLOG_TOO_SHORT));
  }

  @Test
  void shouldApplyNothingAfterTheTarget() throws IOException {
    oplog
        .insert("shop.orders", ORDERS, json("{\"_id\": 1}"))
        .insert("shop.orders", ORDERS, json("{\"_id\": 2}"));
    TestSink sink = new TestSink(true);

    MergeReport report =
        restore(orders(), sink, ReplayTarget.ofReplicaSet(Optime.of(2, 1)), options(1, 1 << 20));

    assertThat(sink.documents("shop.orders")).containsExactly(doc("{\"_id\": 1}"));
    assertThat(report.lastEntry()).contains(Optime.of(2, 1));
  }

  @Test
  void shouldSkipCollectionsThatAreGoneAtTheTarget() throws IOException {
    TestBase base = orders(doc("{\"_id\": 1}"));
    oplog
        .insert("shop.orders", ORDERS, json("{\"_id\": 2}"))
        .command("shop", ORDERS, json("{\"drop\": \"orders\"}"));
    TestSink sink = new TestSink(true);

    MergeReport report = restore(base, sink);

    assertThat(sink.collections()).isEmpty();
    assertThat(report.operations()).isZero();
  }

  @Test
  void shouldWriteADocumentOnceThatTheBaseHoldsUnderTwoNames() throws IOException {
    TestBase base =
        new TestBase(START, Optime.of(2, 1))
            .collection("shop.orders", ORDERS, "{}", List.of(doc("{\"_id\": 1}")))
            .collection(
                "shop.sold", ORDERS, "{}", List.of(doc("{\"_id\": 1}"), doc("{\"_id\": 2}")));
    oplog.command(
        "shop", ORDERS, json("{\"renameCollection\": \"shop.orders\", \"to\": \"shop.sold\"}"));
    TestSink sink = new TestSink(false);

    restore(base, sink);

    assertThat(sink.documents("shop.sold"))
        .containsExactlyInAnyOrder(doc("{\"_id\": 1}"), doc("{\"_id\": 2}"));
  }

  @Test
  void shouldRestoreUnderAnotherName() throws IOException {
    TestBase base = orders(doc("{\"_id\": 1}"));
    oplog.command(
        "shop", ORDERS, json("{\"renameCollection\": \"shop.orders\", \"to\": \"shop.sold\"}"));
    TestSink sink = new TestSink(true);

    new MergeRestore(
            base,
            oplog,
            ReplayTarget.ofReplicaSet(oplog.last()),
            namespace -> Optional.of(namespace.replace("shop.", "lab.")),
            options(1, 1 << 20),
            MergeListener.NONE)
        .run(sink);

    assertThat(sink.collections())
        .singleElement()
        .satisfies(
            collection -> {
              assertThat(collection.source()).isEqualTo("shop.sold");
              assertThat(collection.namespace()).isEqualTo("lab.sold");
            });
    assertThat(sink.documents("lab.sold")).containsExactly(doc("{\"_id\": 1}"));
  }

  @Test
  void shouldNotApplyToADocumentWhatItHeldWhenItWasRead() throws IOException {
    // Replayed once more, these would leave the fields in the order p, q.
    oplog
        .update("shop.orders", ORDERS, id(1), json("{\"$v\": 1, \"$unset\": {\"q\": true}}"))
        .update("shop.orders", ORDERS, id(1), json("{\"$v\": 1, \"$set\": {\"q\": 1}}"))
        .update("shop.orders", ORDERS, id(1), json("{\"$v\": 1, \"$set\": {\"p\": 2}}"));
    TestBase base =
        new TestBase(START, Optime.of(4, 1))
            .watermark(Optime.of(3, 1))
            .collection(
                "shop.orders", ORDERS, "{}", List.of(doc("{\"_id\": 1, \"q\": 1, \"p\": 2}")));
    TestSink sink = new TestSink(true);

    restore(base, sink);

    assertThat(sink.documents("shop.orders"))
        .containsExactly(doc("{\"_id\": 1, \"q\": 1, \"p\": 2}"));
  }

  @Test
  void shouldWriteOnlyTheUnitsThatAnEarlierAttemptDidNotComplete() throws IOException {
    List<List<BsonSlice>> ranges = new ArrayList<>();
    for (int range = 0; range < 3; range++) {
      List<BsonSlice> documents = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        documents.add(doc("{\"_id\": " + (range * 10 + i) + "}"));
      }
      ranges.add(documents);
    }
    TestBase base = new TestBase(START, START).collection("shop.orders", ORDERS, "{}", ranges, 0);
    oplog.update("shop.orders", ORDERS, id(15), json("{\"$v\": 1, \"$set\": {\"q\": 5}}"));
    TestSink whole = new TestSink(false);
    MergeReport first =
        restore(base, whole, ReplayTarget.ofReplicaSet(oplog.last()), options(2, 1 << 20));
    Map<String, DocumentSum.Digest> interrupted = new TreeMap<>(whole.completed());
    interrupted.keySet().removeIf(unit -> unit.contains("range-1"));

    TestSink resumed = new TestSink(false, interrupted);
    MergeReport second =
        restore(base, resumed, ReplayTarget.ofReplicaSet(oplog.last()), options(2, 1 << 20));

    assertThat(resumed.units("shop.orders")).containsOnlyKeys("range-1");
    assertThat(second.collections()).isEqualTo(first.collections());
    assertThat(second.documents()).isEqualTo(30);
  }

  @Test
  void shouldEvictTheOldestDocumentsOfACappedCollectionThatLogsNoEvictions() throws IOException {
    // Read while documents 3 to 6 were inserted and 0 to 2 evicted.
    TestBase base =
        new TestBase(START, Optime.of(5, 1))
            .collection(
                "shop.log",
                LOG,
                "{\"capped\": true, \"size\": 4096, \"max\": 4}",
                List.of(entry(3), entry(4), entry(5), entry(6)));
    for (int i = 3; i <= 8; i++) {
      oplog.insert("shop.log", LOG, json("{\"_id\": " + i + "}"));
    }
    TestSink sink = new TestSink(true);

    MergeReport report = restore(base, sink);

    assertThat(sink.documents("shop.log")).containsExactly(entry(5), entry(6), entry(7), entry(8));
    assertThat(report.collections().get(0).ordered()).isPresent();
    assertThat(report.complete()).isTrue();
  }

  @Test
  void shouldLeaveEvictingToTheEntriesWhereTheyTellIt() throws IOException {
    TestBase base =
        new TestBase(START, START)
            .collection(
                "shop.log",
                LOG,
                "{\"capped\": true, \"size\": 4096, \"max\": 2}",
                List.of(entry(1), entry(2)));
    oplog
        .insert("shop.log", LOG, json("{\"_id\": 3}"))
        .delete("shop.log", LOG, id(1))
        .insert("shop.log", LOG, json("{\"_id\": 4}"));
    TestSink sink = new TestSink(true);

    restore(base, sink);

    // The deletion of document 2 was logged after the target.
    assertThat(sink.documents("shop.log")).containsExactly(entry(2), entry(3), entry(4));
  }

  @Test
  void shouldKeepADocumentInItsPlaceWhenItIsUpdatedInACappedCollection() throws IOException {
    TestBase base =
        new TestBase(START, START)
            .collection(
                "shop.log",
                LOG,
                "{\"capped\": true, \"size\": 4096}",
                List.of(doc("{\"_id\": 9, \"q\": 1}"), doc("{\"_id\": 1, \"q\": 1}")));
    oplog.update("shop.log", LOG, id(9), json("{\"$v\": 1, \"$set\": {\"q\": 2}}"));
    TestSink sink = new TestSink(true);

    restore(base, sink);

    assertThat(sink.documents("shop.log"))
        .containsExactly(doc("{\"_id\": 9, \"q\": 2}"), doc("{\"_id\": 1, \"q\": 1}"));
  }

  @Test
  void shouldEmptyACappedCollectionAndGoOn() throws IOException {
    TestBase base =
        new TestBase(START, START)
            .collection("shop.log", LOG, "{\"capped\": true, \"size\": 4096}", List.of(entry(1)));
    oplog
        .insert("shop.log", LOG, json("{\"_id\": 2}"))
        .command("shop", LOG, json("{\"emptycapped\": \"log\"}"))
        .insert("shop.log", LOG, json("{\"_id\": 3}"));
    for (long memory : new long[] {0, 1 << 20}) {
      TestSink sink = new TestSink(true);

      restore(base, sink, ReplayTarget.ofReplicaSet(oplog.last()), options(2, memory));

      assertThat(sink.documents("shop.log")).containsExactly(entry(3));
    }
  }

  @Test
  void shouldNameOptimeAndNamespaceWhenAnEntryIsMalformed() {
    oplog.update("shop.orders", ORDERS, id(1), json("{\"$v\": 2, \"diff\": {\"x\": {\"q\": 2}}}"));

    assertThatThrownBy(() -> restore(orders(doc("{\"_id\": 1}")), new TestSink(true)))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContaining("optime 2:1")
        .hasMessageContaining("shop.orders");
  }

  private TestBase orders(BsonSlice... documents) {
    return new TestBase(START, START).collection("shop.orders", ORDERS, "{}", List.of(documents));
  }

  private MergeReport restore(TestBase base, TestSink sink) throws IOException {
    return restore(base, sink, ReplayTarget.ofReplicaSet(oplog.last()), options(1, 1 << 20));
  }

  private MergeReport restore(
      TestBase base, TestSink sink, ReplayTarget target, MergeOptions options) throws IOException {
    return new MergeRestore(
            base, oplog, target, NamespaceSelection.ALL, options, MergeListener.NONE)
        .run(sink);
  }

  private MergeOptions options(int lanes, long memory) {
    return new MergeOptions(lanes, memory, temporary);
  }

  private static BsonSlice entry(int id) {
    return doc("{\"_id\": " + id + "}");
  }

  private static BsonDocument id(int id) {
    return json("{\"_id\": " + id + "}");
  }

  private static BsonDocument json(String json) {
    return BsonDocument.parse(json);
  }

  private static BsonSlice doc(String json) {
    return TestOplog.slice(json);
  }
}
