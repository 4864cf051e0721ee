package dev.tidemark.restorer.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.CommitDecision;
import dev.tidemark.oplog.txn.TransactionId;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.undo.SkipMatches.Prepared;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClusterSkipsTest {

  private static final Optime BASE = Optime.of(1, 1);
  private static final TransactionId TRANSACTION =
      new TransactionId(BsonSlice.of(new byte[] {5, 0, 0, 0, 0}), 7);
  private static final SkipRule AT = SkipRule.parse("5:1");
  private static final SkipRule RANGE = SkipRule.parse("5:1..6:1 bank d");

  @Test
  void shouldGiveARuleToTheSetsOnWhichItFindsSomething() {
    Map<String, SkipRules> divided =
        divide(
            List.of(AT, RANGE),
            Map.of("a", found(Set.of(AT, RANGE)), "b", found(Set.of(RANGE)), "c", found(Set.of())));

    assertThat(divided.get("a").all()).containsExactly(AT, RANGE);
    assertThat(divided.get("b").all()).containsExactly(RANGE);
    assertThat(divided.get("c").isEmpty()).isTrue();
  }

  @Test
  void shouldRefuseARuleThatFindsNothingOnAnySet() {
    assertRefused(
        RestorerError.UNDO_NO_SUCH_ENTRY,
        "'5:1'",
        List.of(AT, RANGE),
        Map.of("a", found(Set.of(RANGE)), "b", found(Set.of())));
  }

  @Test
  void shouldRefuseAnOptimeAtWhichSeveralSetsHaveSomething() {
    assertRefused(
        RestorerError.UNDO_REFUSED,
        "a:5:1 or b:5:1",
        List.of(AT),
        Map.of("a", found(Set.of(AT)), "b", found(Set.of(AT))));
  }

  @Test
  void shouldLeaveATransactionOutOfAllSetsWhicheverCommitIsNamed() {
    Map<String, SkipRules> divided =
        divide(
            List.of(AT),
            Map.of(
                "a", found(Set.of(AT), new Prepared(Optime.of(5, 1), Optional.of(AT))),
                "b", found(Set.of(), new Prepared(Optime.of(5, 9), Optional.empty()))));

    assertThat(divided.get("b").all())
        .containsExactly(new SkipRule.At("5:1", Optional.of("b"), Optime.of(5, 9)));
  }

  @Test
  void shouldRefuseARangeThatHoldsThePartOfATransactionOnOneSetOnly() {
    assertRefused(
        RestorerError.UNDO_REFUSED,
        "Skip a:5:1 to undo the whole transaction",
        List.of(RANGE),
        Map.of(
            "a", found(Set.of(RANGE), new Prepared(Optime.of(5, 1), Optional.of(RANGE))),
            "b", found(Set.of(), new Prepared(Optime.of(6, 9), Optional.empty()))));
  }

  @Test
  void shouldRefuseATransactionOfWhichTheBaseOfAnotherSetMayShowAPart() {
    assertRefused(
        RestorerError.UNDO_BEFORE_BASE_END,
        "the base of b, read until 4:9",
        List.of(AT),
        Map.of(
            "a",
            found(Set.of(AT), new Prepared(Optime.of(5, 1), Optional.of(AT))),
            "b",
            new SkipMatches(Optime.of(4, 9), Set.of(), Map.of())));
  }

  private static SkipMatches found(Set<SkipRule> rules) {
    return new SkipMatches(BASE, rules, Map.of());
  }

  private static SkipMatches found(Set<SkipRule> rules, Prepared prepared) {
    return new SkipMatches(BASE, rules, Map.of(TRANSACTION, prepared));
  }

  private static Map<String, SkipRules> divide(
      List<SkipRule> rules, Map<String, SkipMatches> found) {
    return ClusterSkips.divide(
        SkipRules.of(rules),
        new TreeMap<>(found),
        List.of(new CommitDecision(TRANSACTION, Optime.of(4, 5))));
  }

  private static void assertRefused(
      RestorerError code, String text, List<SkipRule> rules, Map<String, SkipMatches> found) {
    assertThatThrownBy(() -> divide(rules, found))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e).hasMessageContaining(text);
            });
  }
}
