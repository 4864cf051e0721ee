package dev.tidemark.oplog.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Documents;
import dev.tidemark.oplog.fixture.Entries;
import dev.tidemark.oplog.optime.Optime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every entry is at second 1; operations are written as {@code id@increment of the commit}. */
class TransactionAssemblerTest {

  private static final String NO_PREVIOUS = ", prevOpTime: {ts: {$timestamp: {t: 0, i: 0}}, t: -1}";

  private final List<String> applied = new ArrayList<>();
  private TransactionAssembler assembler = replicaSet(10, 20);

  private static TransactionAssembler replicaSet(int from, int to) {
    return new TransactionAssembler(ApplyWindow.ofReplicaSet(Optime.of(1, from), Optime.of(1, to)));
  }

  private static TransactionAssembler shard(int from, int to) {
    return new TransactionAssembler(ApplyWindow.ofShard(Optime.of(1, from), Optime.of(1, to)));
  }

  @Test
  void shouldApplyWritesInsideWindowOnly() {
    for (int increment : new int[] {9, 10, 20, 21}) {
      feed(insert(increment, increment));
    }

    assertThat(applied).containsExactly("10@10", "20@20");
  }

  @Test
  void shouldSkipNoopsAndPassCommandsOn() {
    feed(entry(10, "op: 'n', ns: '', o: {msg: 'periodic noop'}"));
    feed(entry(11, "op: 'c', ns: 'db.$cmd', o: {drop: 'c'}"));

    assertThat(applied).containsExactly("drop@11");
  }

  @Test
  void shouldExpandInPlaceWhenApplyOpsHasNoSession() {
    feed(applyOps(12, "", inner(1), inner(2)));

    assertThat(applied).containsExactly("1@12", "2@12");
  }

  @Test
  void shouldExpandNestedOperationsInPlaceWhenUserNestedThem() {
    String nested = "{op: 'c', ns: 'db.$cmd', o: {applyOps: [" + inner(2) + "," + inner(3) + "]}}";

    feed(applyOps(12, "", inner(1), nested, inner(4)));

    assertThat(applied).containsExactly("1@12", "2@12", "3@12", "4@12");
  }

  @Test
  void shouldGiveOuterTimeAndSessionToInnerOperations() {
    List<OplogEntry> operations = new ArrayList<>();

    assembler.accept(
        entry(
            12,
            "op: 'c', ns: 'admin.$cmd', wall: {$date: {$numberLong: '7'}}, b: true"
                + session(3)
                + ", o: {applyOps: ["
                + inner(1)
                + ", {op: 'i', ns: 'db.d', o: {_id: 2}, wall: {$date: {$numberLong: '8'}}}]}"),
        (operation, effective) -> operations.add(operation));

    assertThat(operations).extracting(OplogEntry::optime).containsOnly(Optime.of(1, 12));
    assertThat(operations).extracting(OplogEntry::namespace).containsExactly("db.c", "db.d");
    assertThat(operations)
        .extracting(operation -> operation.wall().getAsLong())
        .containsExactly(7L, 8L);
    assertThat(operations)
        .extracting(operation -> operation.txnNumber().getAsLong())
        .containsOnly(3L);
    assertThat(operations).extracting(OplogEntry::upsert).containsOnly(false);
  }

  @Test
  void shouldApplyEachEntryAloneWhenLinkedEntriesAreNoTransaction() {
    feed(applyOps(11, session(1) + NO_PREVIOUS + ", multiOpType: 1", inner(1)));
    feed(applyOps(12, session(1) + previous(11) + ", multiOpType: 1", inner(2)));

    assertThat(applied).containsExactly("1@11", "2@12");
    assertThat(assembler.open()).isEmpty();
  }

  @Test
  void shouldApplyEachEntryAloneWhenLinkedEntriesDoNotSayWhatTheyAre() {
    feed(applyOps(11, session(1) + NO_PREVIOUS, inner(1)));
    feed(applyOps(12, session(1) + previous(11), inner(2)));

    assertThat(applied).containsExactly("1@11", "2@12");
  }

  @Test
  void shouldApplyTransactionOfOneEntryWhenItHasNoLinks() {
    feed(applyOps(11, session(1), inner(1), inner(2)));

    assertThat(applied).containsExactly("1@11", "2@11");
  }

  @Test
  void shouldApplyAllPartsAtLastOneWhenTransactionIsLarge() {
    feed(part(11, 1, NO_PREVIOUS, inner(1), inner(2)));
    feed(insert(12, 100));
    feed(part(13, 1, previous(11), inner(3)));
    assertThat(applied).containsExactly("100@12");

    feed(last(14, 1, previous(13), ", count: 4", inner(4)));

    assertThat(applied).containsExactly("100@12", "1@14", "2@14", "3@14", "4@14");
    assertThat(assembler.open()).isEmpty();
    assertThat(assembler.bufferedBytes()).isZero();
  }

  @Test
  void shouldApplyAtCommitWhenTransactionIsPrepared() {
    feed(last(11, 1, NO_PREVIOUS, ", prepare: true", inner(1)));
    feed(insert(12, 100));
    feed(commit(13, 1, 12));

    assertThat(applied).containsExactly("100@12", "1@13");
    assertThat(assembler.open()).isEmpty();
  }

  @Test
  void shouldApplyNothingWhenPreparedTransactionIsEmpty() {
    feed(last(11, 1, NO_PREVIOUS, ", prepare: true"));
    feed(commit(13, 1, 12));

    assertThat(applied).isEmpty();
  }

  @Test
  void shouldKeepTransactionsApartWhenTheyInterleave() {
    feed(part(11, 1, NO_PREVIOUS, inner(1)));
    feed(part(12, 2, NO_PREVIOUS, inner(21)));
    feed(last(13, 1, previous(11), ", count: 2", inner(2)));
    feed(last(14, 2, previous(12), ", count: 2", inner(22)));

    assertThat(applied).containsExactly("1@13", "2@13", "21@14", "22@14");
  }

  @Test
  void shouldTellTransactionsApartByWholeSession() {
    String child = ", lsid: {id: 1, txnNumber: 1, txnUUID: 5}, txnNumber: {$numberLong: '1'}";
    feed(part(11, 1, NO_PREVIOUS, inner(1)));
    feed(
        entry(
            12,
            "op: 'c', ns: 'admin.$cmd'"
                + child
                + NO_PREVIOUS
                + ", o: {applyOps: ["
                + inner(9)
                + "]}"));

    assertThat(applied).containsExactly("9@12");
    assertThat(assembler.open()).hasSize(1);
  }

  @Test
  void shouldApplyNothingWhenTransactionIsAborted() {
    feed(last(11, 1, NO_PREVIOUS, ", prepare: true", inner(1)));
    feed(part(12, 2, NO_PREVIOUS, inner(2)));
    feed(abort(13, 1));
    feed(abort(14, 2));
    feed(abort(15, 3));

    assertThat(applied).isEmpty();
    assertThat(assembler.open()).isEmpty();
    assertThat(assembler.bufferedBytes()).isZero();
  }

  @Test
  void shouldForgetFirstAttemptWhenTransactionBeginsAgain() {
    feed(part(11, 1, NO_PREVIOUS, inner(1)));
    feed(part(12, 1, NO_PREVIOUS, inner(2)));
    feed(last(13, 1, previous(12), ", count: 2", inner(3)));

    assertThat(applied).containsExactly("2@13", "3@13");
  }

  @Test
  void shouldFillChainsBeforeWindowWhenTheyCommitInside() {
    feed(part(5, 1, NO_PREVIOUS, inner(1)));
    feed(last(6, 2, NO_PREVIOUS, ", prepare: true", inner(2)));
    feed(last(7, 3, NO_PREVIOUS, ", prepare: true", inner(3)));
    feed(commit(8, 3, 8));
    feed(last(11, 1, previous(5), ", count: 2", inner(4)));
    feed(commit(12, 2, 9));

    assertThat(applied).containsExactly("1@11", "4@11", "2@12");
  }

  @Test
  void shouldReportOpenTransactionsWhenOplogEnds() {
    feed(part(11, 1, NO_PREVIOUS, inner(1)));
    feed(part(12, 1, previous(11), inner(2)));
    feed(last(13, 2, NO_PREVIOUS, ", prepare: true", inner(3)));
    feed(commit(21, 2, 15));

    assertThat(applied).isEmpty();
    assertThat(assembler.oldestOpen()).contains(Optime.of(1, 11));
    assertThat(assembler.open())
        .extracting(
            OpenTransaction::first,
            OpenTransaction::last,
            OpenTransaction::prepared,
            OpenTransaction::operations)
        .containsExactly(
            tuple(Optime.of(1, 11), Optime.of(1, 12), false, 2L),
            tuple(Optime.of(1, 13), Optime.of(1, 13), true, 1L));
    assertThat(assembler.bufferedBytes()).isPositive();
    assertThat(assembler.awaitsDecisions()).isFalse();
  }

  @Test
  void shouldFailWhenCommitHasNoChain() {
    assertLost(() -> feed(commit(13, 1, 12)));
  }

  @Test
  void shouldFailWhenCountIsNotReached() {
    feed(part(11, 1, NO_PREVIOUS, inner(1)));

    assertLost(() -> feed(last(13, 1, previous(12), ", count: 3", inner(3))));
  }

  @Test
  void shouldFailWhenOnlyLastPartWasRead() {
    assertLost(() -> feed(last(13, 1, previous(12), ", count: 3", inner(3))));
  }

  @Test
  void shouldFailWhenPreparedTransactionHasLostItsBeginning() {
    feed(last(11, 1, previous(9), ", prepare: true", inner(2)));

    assertLost(() -> feed(commit(13, 1, 12)));
  }

  @Test
  void shouldGoOnWhenLostChainCommitsBeforeWindow() {
    feed(commit(5, 1, 4));
    feed(last(6, 2, previous(3), ", count: 3", inner(3)));

    assertThat(applied).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "op: 'c', ns: 'admin.$cmd', o: {applyOps: {}}",
        "op: 'c', ns: 'admin.$cmd', o: {commitTransaction: 1}",
        "op: 'c', ns: 'admin.$cmd', o: {abortTransaction: 1}"
      })
  void shouldFailWhenEntryIsMalformed(String fields) {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> feed(entry(11, fields)))
        .returns(OplogError.OPLOG_TRANSACTION_MALFORMED, TidemarkException::code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "op: 'xi', ns: 'db.c', o: {_id: 1}",
        "op: 'c', ns: 'admin.$cmd', o: {applyOps: [{op: 'ci', ns: 'db.c', o: {_id: 1}}]}"
      })
  void shouldFailWhenKindIsUnknown(String fields) {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> feed(entry(11, fields)))
        .returns(OplogError.OPLOG_UNKNOWN_KIND, TidemarkException::code);
  }

  @Test
  void shouldFailWithPlaceWhenInnerOperationIsMalformed() {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> feed(applyOps(12, "", "{op: 'i', ns: 7, o: {_id: 1}}")))
        .satisfies(failure -> assertThat(failure.where()).contains("optime 1:12"));
  }

  @Test
  void shouldFailWhenApplyOpsAreNestedTooDeeply() {
    String nested = inner(1);
    for (int i = 0; i < 310; i++) {
      nested = "{op: 'c', ns: 'db.$cmd', o: {applyOps: [" + nested + "]}}";
    }
    String deepest = nested;

    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(() -> feed(applyOps(12, "", deepest)))
        .returns(OplogError.OPLOG_BSON_TOO_DEEP, TidemarkException::code);
  }

  @Test
  void shouldNotKeepLargeBufferWhenTransactionIsOpen() {
    byte[] document = Documents.parse(part(11, 1, NO_PREVIOUS, inner(1))).toByteArray();
    byte[] buffer = Arrays.copyOf(document, 1 << 20);

    assembler.accept(
        OplogEntry.read(buffer, 0, document.length), (operation, effective) -> applied.add("x"));
    Arrays.fill(buffer, (byte) 0);
    feed(last(12, 1, previous(11), ", count: 2", inner(2)));

    assertThat(applied).containsExactly("1@12", "2@12");
    assertThat(document.length).isLessThan(1000);
  }

  @Test
  void shouldDecideByCommitTimestampWhenSetIsShard() {
    assembler = shard(10, 20);
    feed(last(11, 1, NO_PREVIOUS, ", prepare: true", inner(1)));
    feed(last(12, 2, NO_PREVIOUS, ", prepare: true", inner(2)));
    feed(insert(20, 100));
    assertThat(assembler.awaitsDecisions()).isTrue();

    feed(insert(21, 101));
    feed(commit(22, 1, 20));
    feed(last(23, 3, NO_PREVIOUS, ", prepare: true", inner(3)));
    feed(commit(24, 2, 21));
    feed(commit(25, 3, 24));

    assertThat(applied).containsExactly("100@20", "1@22");
    assertThat(assembler.awaitsDecisions()).isFalse();
    assertThat(assembler.open()).isEmpty();
  }

  @Test
  void shouldDropPreparedTransactionWhenItIsAbortedAfterWindow() {
    assembler = shard(10, 20);
    feed(last(11, 1, NO_PREVIOUS, ", prepare: true", inner(1)));
    feed(part(12, 2, NO_PREVIOUS, inner(2)));
    feed(abort(22, 1));
    feed(abort(23, 2));

    assertThat(assembler.awaitsDecisions()).isFalse();
    assertThat(assembler.open()).hasSize(1);
  }

  @Test
  void shouldFailWhenCommitAfterWindowLiesInsideByItsTimestampAndHasNoChain() {
    assembler = shard(10, 20);

    assertLost(() -> feed(commit(22, 1, 20)));
    feed(commit(23, 2, 21));
  }

  @Test
  void shouldApplyWhatAnotherShardDecided() {
    assembler = shard(10, 20);
    feed(last(11, 1, NO_PREVIOUS, ", prepare: true", inner(1)));
    feed(last(12, 2, NO_PREVIOUS, ", prepare: true", inner(2)));
    feed(part(13, 3, NO_PREVIOUS, inner(3)));

    assertThat(decide(commit(22, 1, 20))).isTrue();
    assertThat(decide(commit(23, 2, 21))).isTrue();
    assertThat(decide(commit(24, 3, 19))).isFalse();
    assertThat(decide(commit(25, 4, 19))).isFalse();

    assertThat(applied).containsExactly("1@20");
    assertThat(assembler.awaitsDecisions()).isFalse();
  }

  @Test
  void shouldFindDecisionsInCommitsOnly() {
    assertThat(CommitDecision.of(Entries.parse(commit(22, 1, 20))))
        .hasValueSatisfying(
            decision -> {
              assertThat(decision.commitTimestamp()).isEqualTo(Optime.of(1, 20));
              assertThat(decision.id().txnNumber()).isEqualTo(1);
            });
    assertThat(CommitDecision.of(Entries.parse(abort(22, 1)))).isEmpty();
    assertThat(CommitDecision.of(Entries.parse(insert(22, 1)))).isEmpty();
  }

  private boolean decide(String commit) {
    return assembler.decide(CommitDecision.of(Entries.parse(commit)).orElseThrow(), this::apply);
  }

  private void feed(OplogEntry entry) {
    assembler.accept(entry, this::apply);
  }

  private void feed(String entry) {
    feed(Entries.parse(entry));
  }

  private void apply(OplogEntry operation, Optime effective) {
    BsonCursor first = operation.o().cursor();
    first.next();
    applied.add(
        (first.nameIs("_id") ? String.valueOf(first.integer()) : first.name())
            + "@"
            + effective.increment());
  }

  private static void assertLost(ThrowingCallable call) {
    assertThatExceptionOfType(TidemarkException.class)
        .isThrownBy(call)
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo(OplogError.OPLOG_TRANSACTION_CHAIN_MISSING);
              assertThat(failure.where()).contains("optime 1:");
            });
  }

  private static String text(int increment, String fields) {
    return "{ts: {$timestamp: {t: 1, i: " + increment + "}}, t: 1, v: 2, " + fields + "}";
  }

  private static OplogEntry entry(int increment, String fields) {
    return Entries.parse(text(increment, fields));
  }

  private static String insert(int increment, int id) {
    return text(increment, "op: 'i', ns: 'db.c', o: {_id: " + id + "}");
  }

  private static String inner(int id) {
    return "{op: 'i', ns: 'db.c', o: {_id: " + id + "}}";
  }

  private static String session(int number) {
    return ", lsid: {id: 1}, txnNumber: {$numberLong: '" + number + "'}";
  }

  private static String previous(int increment) {
    return ", prevOpTime: {ts: {$timestamp: {t: 1, i: " + increment + "}}, t: 1}";
  }

  private static String applyOps(int increment, String outer, String... operations) {
    return command(increment, outer, "", operations);
  }

  private static String command(int increment, String outer, String more, String... operations) {
    return text(
        increment,
        "op: 'c', ns: 'admin.$cmd'"
            + outer
            + ", o: {applyOps: ["
            + Arrays.stream(operations).collect(Collectors.joining(", "))
            + "]"
            + more
            + "}");
  }

  private static String part(int increment, int number, String previous, String... operations) {
    return command(increment, session(number) + previous, ", partialTxn: true", operations);
  }

  private static String last(
      int increment, int number, String previous, String command, String... operations) {
    return command(increment, session(number) + previous, command, operations);
  }

  private static String commit(int increment, int number, int timestamp) {
    return text(
        increment,
        "op: 'c', ns: 'admin.$cmd'"
            + session(number)
            + ", o: {commitTransaction: 1, commitTimestamp: {$timestamp: {t: 1, i: "
            + timestamp
            + "}}}");
  }

  private static String abort(int increment, int number) {
    return text(
        increment, "op: 'c', ns: 'admin.$cmd'" + session(number) + ", o: {abortTransaction: 1}");
  }
}
