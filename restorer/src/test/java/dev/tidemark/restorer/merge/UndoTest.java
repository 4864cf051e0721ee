package dev.tidemark.restorer.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.ErrorCode;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndoTest {

  private static final UUID ORDERS = new UUID(1, 1);
  private static final UUID NEW_ORDERS = new UUID(1, 2);
  private static final UUID LOG = new UUID(1, 3);
  private static final UUID BUCKETS = new UUID(1, 4);
  private static final UUID USERS = new UUID(2, 1);
  private static final Optime START = Optime.of(1, 1);
  private static final BsonDocument DROP = json("{'drop': 'orders'}");
  private static final BsonDocument CREATE =
      json("{'create': 'orders', 'idIndex': {'v': 2, 'key': {'_id': 1}, 'name': '_id_'}}");

  @TempDir private Path temporary;

  private final TestOplog oplog = new TestOplog().noop();
  private final TestSink sink = new TestSink(true);

  @Test
  void shouldKeepTheCollectionWhenItsDropIsLeftOut() throws IOException {
    oplog.insert("shop.orders", ORDERS, json("{'_id': 2}")).command("shop", ORDERS, DROP);

    MergeReport report = restore(orders(doc("{'_id': 1}")), "3:1");

    assertThat(sink.documents("shop.orders"))
        .containsExactlyInAnyOrder(doc("{'_id': 1}"), doc("{'_id': 2}"));
    UndoReport undo = report.undo().orElseThrow();
    assertThat(undo.operations())
        .containsExactly(
            new UndoReport.Operations("3:1", "shop.orders", "drop", 1, optime(3), optime(3)));
    assertThat(undo.revived())
        .containsExactly(new UndoReport.Revived("shop.orders", "shop.orders"));
    assertThat(undo.documents()).isEmpty();
  }

  @Test
  void shouldLeaveOutTheDropsOfADatabaseWithIt() throws IOException {
    TestBase base =
        orders(doc("{'_id': 1}"))
            .collection("crm.users", USERS, "{}", List.of(doc("{'_id': 'ann'}")))
            .collection("shop.log", LOG, "{}", List.of(doc("{'_id': 7}")));
    oplog
        .command("shop", LOG, json("{'drop': 'log'}"))
        .insert("shop.orders", ORDERS, json("{'_id': 2}"))
        .command("shop", ORDERS, DROP)
        .insert("crm.users", USERS, json("{'_id': 'bob'}"))
        .command("shop", null, json("{'dropDatabase': 1}"));

    MergeReport report = restore(base, "6:1");

    assertThat(sink.documents("shop.orders")).hasSize(2);
    assertThat(sink.documents("crm.users")).hasSize(2);
    // This one was dropped before, by itself: something else happened in between.
    assertThat(sink.documents("shop.log")).isEmpty();
    assertThat(report.undo().orElseThrow().operations())
        .extracting(UndoReport.Operations::operation, UndoReport.Operations::first)
        .containsExactly(tuple("dropDatabase", optime(6)), tuple("drop", optime(4)));
  }

  @Test
  void shouldKeepARevivedCollectionWhenTheDropOfTheDatabaseStays() throws IOException {
    oplog.command("shop", ORDERS, DROP).command("shop", null, json("{'dropDatabase': 1}"));

    restore(orders(doc("{'_id': 1}")), "2:1");

    assertThat(sink.documents("shop.orders")).containsExactly(doc("{'_id': 1}"));
  }

  @Test
  void shouldRefuseARevivedNameThatIsInUse() {
    oplog
        .command("shop", ORDERS, DROP)
        .command("shop", NEW_ORDERS, CREATE)
        .insert("shop.orders", NEW_ORDERS, json("{'_id': 1, 'new': true}"));

    assertRefused(orders(doc("{'_id': 1}")), RestorerError.UNDO_NAME_IN_USE, "shop.orders", "2:1");
    assertRefused(
        orders(doc("{'_id': 1}")),
        RestorerError.UNDO_NAME_IN_USE,
        "Restore it under another name: add `--rename shop.orders=shop.orders_revived`. Or undo only"
            + " one of the drops, or restore to a moment before the name was taken",
        "2:1");
    assertThat(sink.collections()).isEmpty();
  }

  @Test
  void shouldRestoreARevivedCollectionBesideTheOneThatHasItsNameWhenItIsRenamed()
      throws IOException {
    oplog
        .command("shop", ORDERS, DROP)
        .command("shop", NEW_ORDERS, CREATE)
        .insert("shop.orders", NEW_ORDERS, json("{'_id': 1, 'new': true}"));
    NamespaceSelection renaming =
        new NamespaceSelection() {
          @Override
          public Optional<String> restoredAs(String namespace) {
            return Optional.of(namespace.replace("shop.orders", "shop.revived"));
          }

          @Override
          public Optional<String> besideRevived(String namespace) {
            return Optional.of(namespace);
          }
        };

    MergeReport report =
        merge(orders(doc("{'_id': 1}")), renaming, options(1, 1 << 20), "2:1").run(sink);

    assertThat(sink.documents("shop.revived")).containsExactly(doc("{'_id': 1}"));
    assertThat(sink.documents("shop.orders")).containsExactly(doc("{'_id': 1, 'new': true}"));
    assertThat(report.undo().orElseThrow().revived())
        .containsExactly(new UndoReport.Revived("shop.orders", "shop.revived"));
  }

  @Test
  void shouldKeepBothCollectionsWhenARenameOverOneOfThemIsLeftOut() throws IOException {
    TestBase base =
        orders(doc("{'_id': 'old'}"))
            .collection("shop.staged", NEW_ORDERS, "{}", List.of(doc("{'_id': 'new'}")));
    oplog.command(
        "shop",
        NEW_ORDERS,
        json("{'renameCollection': 'shop.staged', 'to': 'shop.orders'}")
            .append("dropTarget", TestOplog.uuid(ORDERS)));

    restore(base, "2:1");

    assertThat(sink.documents("shop.orders")).containsExactly(doc("{'_id': 'old'}"));
    assertThat(sink.documents("shop.staged")).containsExactly(doc("{'_id': 'new'}"));
  }

  @Test
  void shouldBringDeletedDocumentsBackByARange() throws IOException {
    oplog
        .delete("shop.orders", ORDERS, id(1))
        .delete("shop.orders", ORDERS, id(2))
        .insert("shop.orders", ORDERS, json("{'_id': 4}"))
        .delete("shop.orders", ORDERS, id(3));
    TestBase base =
        orders(doc("{'_id': 1, 'q': 1}"), doc("{'_id': 2, 'q': 1}"), doc("{'_id': 3, 'q': 1}"));

    MergeReport report = restore(base, "2:1..4:1 shop d");

    assertThat(sink.documents("shop.orders"))
        .containsExactlyInAnyOrder(
            doc("{'_id': 1, 'q': 1}"), doc("{'_id': 2, 'q': 1}"), doc("{'_id': 4}"));
    assertThat(report.undo().orElseThrow().operations())
        .containsExactly(
            new UndoReport.Operations(
                "2:1..4:1 shop d", "shop.orders", "delete", 2, optime(2), optime(3)));
    assertThat(report.complete()).isTrue();
  }

  @Test
  void shouldTellOfARevivedDocumentThatALaterInsertReplaces() throws IOException {
    oplog
        .delete("shop.orders", ORDERS, id(1))
        .insert("shop.orders", ORDERS, json("{'_id': 1, 'new': true}"))
        .update("shop.orders", ORDERS, id(1), json("{'$v': 1, '$set': {'q': 2}}"));

    MergeReport report = restore(orders(doc("{'_id': 1, 'q': 1}")), "2:1");

    assertThat(sink.documents("shop.orders"))
        .containsExactly(doc("{'_id': 1, 'new': true, 'q': 2}"));
    assertFindings(report, Finding.REPLACED, 3);
  }

  @Test
  void shouldTellOfUpdatesThatHaveNoDocumentAndNotCallTheBaseIncomplete() throws IOException {
    oplog
        .insert("shop.orders", ORDERS, json("{'_id': 1, 'q': 1}"))
        .update("shop.orders", ORDERS, id(1), json("{'$v': 1, '$set': {'q': 2}}"))
        .update("shop.orders", ORDERS, id(1), json("{'_id': 1, 'q': 3}"));

    MergeReport report = restore(orders(), "2:1");

    assertThat(sink.documents("shop.orders")).isEmpty();
    assertThat(report.complete()).isTrue();
    assertFindings(report, Finding.WITHOUT_TARGET, 3);
  }

  @Test
  void shouldForgetAnUndoneDocumentThatIsDeletedLater() throws IOException {
    oplog
        .insert("shop.orders", ORDERS, json("{'_id': 1, 'q': 1}"))
        .update("shop.orders", ORDERS, id(1), json("{'$v': 1, '$set': {'q': 2}}"))
        .delete("shop.orders", ORDERS, id(1));

    MergeReport report = restore(orders(), "2:1");

    assertThat(report.complete()).isTrue();
    assertThat(report.undo().orElseThrow().documents()).isEmpty();
  }

  @Test
  void shouldTellOfLaterUpdatesOfAnUndoneDocument() throws IOException {
    oplog
        .update("shop.orders", ORDERS, id(1), json("{'$v': 1, '$set': {'state': 'void'}}"))
        .update("shop.orders", ORDERS, id(1), json("{'$v': 1, '$set': {'by': 'ann'}}"))
        .update("shop.orders", ORDERS, id(2), json("{'$v': 1, '$set': {'by': 'ann'}}"));
    TestBase base = orders(doc("{'_id': 1, 'state': 'paid'}"), doc("{'_id': 2}"));

    MergeReport report = restore(base, "2:1");

    assertThat(sink.documents("shop.orders"))
        .containsExactlyInAnyOrder(
            doc("{'_id': 1, 'state': 'paid', 'by': 'ann'}"), doc("{'_id': 2, 'by': 'ann'}"));
    assertFindings(report, Finding.LATER_UPDATES, 3);
  }

  @Test
  void shouldTellOfANumberThatMayCountWhatWasUndone() throws IOException {
    oplog
        .update("shop.orders", ORDERS, id(1), json("{'$v': 2, 'diff': {'sa': {'u': {'n': 8}}}}"))
        .update("shop.orders", ORDERS, id(1), json("{'$v': 2, 'diff': {'sa': {'u': {'n': 9}}}}"));

    MergeReport report = restore(orders(doc("{'_id': 1, 'a': {'n': 5}}")), "2:1");

    // 5 + 3 + 1 without the 3 would be 6.
    assertThat(sink.documents("shop.orders")).containsExactly(doc("{'_id': 1, 'a': {'n': 9}}"));
    assertThat(report.undo().orElseThrow().documents())
        .containsOnlyKeys(Finding.LATER_UPDATES, Finding.ABSOLUTE_NUMBERS);
  }

  @Test
  void shouldTellOfANullThatALaterUpdateLeft() throws IOException {
    oplog
        .update("shop.orders", ORDERS, id(1), json("{'$v': 2, 'diff': {'u': {'a': {'x': 1}}}}"))
        .update("shop.orders", ORDERS, id(1), json("{'$v': 2, 'diff': {'sa': {'u': {'x': 2}}}}"));

    MergeReport report = restore(orders(doc("{'_id': 1, 'a': 5}")), "2:1");

    assertThat(sink.documents("shop.orders")).containsExactly(doc("{'_id': 1, 'a': null}"));
    assertThat(report.undo().orElseThrow().documents())
        .containsOnlyKeys(Finding.LATER_UPDATES, Finding.NULLS);
  }

  @Test
  void shouldUndoATransactionOfSeveralEntriesByTheOneThatCommitsIt() throws IOException {
    oplog
        .transactionPart(ORDERS, true, "{'op': 'i', 'ns': 'shop.orders', 'o': {'_id': 5}}")
        .insert("shop.orders", ORDERS, json("{'_id': 6}"))
        .transactionPart(ORDERS, false, "{'op': 'd', 'ns': 'shop.orders', 'o': {'_id': 1}}");

    MergeReport report = restore(orders(doc("{'_id': 1}")), "4:1");

    assertThat(sink.documents("shop.orders"))
        .containsExactlyInAnyOrder(doc("{'_id': 1}"), doc("{'_id': 6}"));
    assertThat(report.undo().orElseThrow().count()).isEqualTo(2);
  }

  @Test
  void shouldRefuseAPartOfATransaction() {
    oplog
        .transactionPart(ORDERS, true, "{'op': 'i', 'ns': 'shop.orders', 'o': {'_id': 5}}")
        .transactionPart(ORDERS, false, "{'op': 'd', 'ns': 'shop.orders', 'o': {'_id': 1}}");

    assertRefused(orders(doc("{'_id': 1}")), RestorerError.UNDO_REFUSED, "Skip 3:1", "2:1");
    assertRefused(
        orders(doc("{'_id': 1}")),
        RestorerError.UNDO_REFUSED,
        "delete of shop.orders, but not insert of shop.orders",
        "2:1..3:1 shop.orders d");
  }

  @Test
  void shouldLeaveOutATransactionThatARangeHoldsAsAWhole() throws IOException {
    oplog
        .transactionPart(ORDERS, true, "{'op': 'i', 'ns': 'shop.orders', 'o': {'_id': 5}}")
        .transactionPart(ORDERS, false, "{'op': 'd', 'ns': 'shop.orders', 'o': {'_id': 1}}");

    // What counts is where it takes effect.
    restore(orders(doc("{'_id': 1}")), "3:1..3:1 shop.*");

    assertThat(sink.documents("shop.orders")).containsExactly(doc("{'_id': 1}"));
  }

  @Test
  void shouldRefuseAChangeInsideABucketOfATimeSeries() {
    TestBase base =
        new TestBase(START, START)
            .collection(
                "shop.system.buckets.m",
                BUCKETS,
                "{'timeseries': {'timeField': 't'}}",
                List.of(doc("{'_id': 1, 'data': {}}")));
    oplog.update(
        "shop.system.buckets.m",
        BUCKETS,
        id(1),
        json("{'$v': 2, 'diff': {'sdata': {'i': {'1': 5}}}}"));

    assertRefused(base, RestorerError.UNDO_REFUSED, "time-series collection shop.m", "2:1");
  }

  @Test
  void shouldRefuseToBringBackWhatACappedCollectionHadNoRoomFor() {
    TestBase base =
        new TestBase(START, START)
            .collection(
                "shop.log", LOG, "{'capped': true, 'size': 4096}", List.of(doc("{'_id': 1}")));
    oplog.delete("shop.log", LOG, id(1));

    assertRefused(base, RestorerError.UNDO_REFUSED, "capped collection shop.log", "2:1");
  }

  @Test
  void shouldNameWhatMatchesNothing() {
    oplog.insert("shop.orders", ORDERS, json("{'_id': 1}"));

    assertRefused(orders(), RestorerError.UNDO_NO_SUCH_ENTRY, "'2:2'", "2:1", "2:2");
    assertRefused(
        orders(), RestorerError.UNDO_NO_SUCH_ENTRY, "shop.orders d", "2:1..2:9 shop.orders d");
    assertRefused(orders(), RestorerError.UNDO_NO_SUCH_ENTRY, "lies after 2:1", "3:1");
  }

  @Test
  void shouldTakeEveryRuleForMatchedThatLeavesTheSameOperationOut() throws IOException {
    oplog.delete("shop.orders", ORDERS, id(1)).insert("shop.orders", ORDERS, json("{'_id': 2}"));

    MergeReport report =
        restore(
            orders(doc("{'_id': 1}")), "2:1..2:1 shop.orders d", "2:1", "1:2..2:9 shop", "2:01");

    assertThat(sink.documents("shop.orders"))
        .containsExactlyInAnyOrder(doc("{'_id': 1}"), doc("{'_id': 2}"));
    assertThat(report.undo().orElseThrow().count()).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhatTheBaseMayShow() {
    oplog.insert("shop.orders", ORDERS, json("{'_id': 1}")).noop();
    TestBase base =
        new TestBase(START, optime(2)).collection("shop.orders", ORDERS, "{}", List.of());

    assertRefused(base, RestorerError.UNDO_BEFORE_BASE_END, "until 2:1", "2:1");
    assertRefused(base, RestorerError.UNDO_BEFORE_BASE_END, "until 2:1", "1:5..3:1 *");
  }

  @Test
  void shouldKeepAnIndexWhoseDropIsLeftOutAndForgiveWhatFollows() throws IOException {
    oplog
        .command(
            "shop",
            ORDERS,
            json("{'createIndexes': 'orders', 'v': 2, 'key': {'a': 1}, 'name': 'a_1'}"))
        .command("shop", ORDERS, json("{'dropIndexes': 'orders', 'index': 'a_1'}"))
        .command(
            "shop",
            ORDERS,
            json("{'createIndexes': 'orders', 'v': 2, 'key': {'b': 1}, 'name': 'b_1'}"))
        .command("shop", ORDERS, json("{'dropIndexes': 'orders', 'index': 'b_1'}"));

    restore(orders(), "3:1", "4:1");

    assertThat(sink.collections().get(0).metadata().indexes())
        .extracting(index -> index.getString("name").getValue())
        .containsExactly("_id_", "a_1");
  }

  @Test
  void shouldPreviewWithoutWriting() throws IOException {
    oplog.delete("shop.orders", ORDERS, id(1)).command("shop", ORDERS, DROP);

    UndoReport report =
        merge(
                orders(doc("{'_id': 1}")),
                NamespaceSelection.ALL,
                options(1, 1 << 20),
                "2:1..3:1 shop")
            .preview()
            .undo();

    assertThat(report.count()).isEqualTo(2);
    assertThat(report.revived())
        .containsExactly(new UndoReport.Revived("shop.orders", "shop.orders"));
    assertThat(sink.collections()).isEmpty();
  }

  private static void assertFindings(MergeReport report, Finding finding, int second) {
    assertThat(report.undo().orElseThrow().documents()).containsOnlyKeys(finding);
    UndoReport.Documents documents = report.undo().orElseThrow().documents().get(finding);
    assertThat(documents.count()).isEqualTo(1);
    UndoReport.Example example = documents.examples().get(0);
    assertThat(example.namespace()).isEqualTo("shop.orders");
    assertThat(example.optime()).isEqualTo(optime(second));
    assertThat(BsonDocument.parse(example.id())).isEqualTo(id(1));
  }

  private void assertRefused(TestBase base, ErrorCode code, String says, String... skip) {
    assertThatThrownBy(() -> restore(base, skip))
        .isInstanceOfSatisfying(TidemarkException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(says);
  }

  private MergeReport restore(TestBase base, String... skip) throws IOException {
    return merge(base, NamespaceSelection.ALL, options(2, 1 << 20), skip).run(sink);
  }

  private MergeRestore merge(
      TestBase base, NamespaceSelection selection, MergeOptions options, String... skip) {
    return new MergeRestore(
        base,
        oplog,
        ReplayTarget.ofReplicaSet(oplog.last()),
        selection,
        options,
        MergeListener.NONE,
        SkipRules.parse(List.of(skip)));
  }

  private MergeOptions options(int lanes, long memory) {
    return new MergeOptions(lanes, memory, temporary);
  }

  private static TestBase orders(BsonSlice... documents) {
    return new TestBase(START, START).collection("shop.orders", ORDERS, "{}", List.of(documents));
  }

  private static Optime optime(int second) {
    return Optime.of(second, 1);
  }

  private static BsonDocument id(int id) {
    return json("{'_id': " + id + "}");
  }

  private static BsonDocument json(String json) {
    return BsonDocument.parse(json);
  }

  private static BsonSlice doc(String json) {
    return TestOplog.slice(json);
  }
}
