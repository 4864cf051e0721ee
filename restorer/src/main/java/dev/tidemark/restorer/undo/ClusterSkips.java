package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.CommitDecision;
import dev.tidemark.oplog.txn.TransactionId;
import dev.tidemark.restorer.RestorerError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Divides what a request wants to have left out of a cluster among its replica sets.
 *
 * <p>A range concerns every set on which it holds something. An optime concerns one set only,
 * because what happens at the same optime on two of them has nothing to do with each other; it has
 * to name the set if several have something there. A transaction over several sets is left out on
 * all of them, whichever set's commit is named; a range that does not hold all of it is refused.
 */
public final class ClusterSkips {

  private final SkipRules asked;
  private final Map<String, SkipMatches> found;
  private final Map<String, List<SkipRule>> rules = new LinkedHashMap<>();

  private ClusterSkips(SkipRules asked, Map<String, SkipMatches> found) {
    this.asked = asked;
    this.found = found;
    found.forEach(
        (set, matches) ->
            rules.put(
                set,
                new ArrayList<>(asked.all().stream().filter(matches.rules()::contains).toList())));
  }

  /**
   * What is left out of each replica set.
   *
   * @param asked by the request
   * @param found what the rules that concern a set found in it, by the names of the sets
   * @param decisions the commits of prepared transactions
   * @throws TidemarkException UNDO_NO_SUCH_ENTRY if a rule finds nothing anywhere; UNDO_REFUSED if
   *     an optime may mean several things, or a part of a transaction would stay;
   *     UNDO_BEFORE_BASE_END if a base may show a part of a transaction
   */
  public static Map<String, SkipRules> divide(
      SkipRules asked, Map<String, SkipMatches> found, Collection<CommitDecision> decisions) {
    ClusterSkips skips = new ClusterSkips(asked, found);
    skips.refuseIdle();
    skips.refuseAmbiguous();
    skips.completeTransactions(decisions);
    Map<String, SkipRules> divided = new LinkedHashMap<>();
    skips.rules.forEach((set, of) -> divided.put(set, SkipRules.of(of)));
    return divided;
  }

  private void refuseIdle() {
    List<String> idle =
        asked.all().stream()
            .filter(rule -> setsOf(rule).isEmpty())
            .map(rule -> "'" + rule.text() + "'")
            .toList();
    if (!idle.isEmpty()) {
      throw SkipScan.noSuchEntry("nothing takes effect at " + String.join(", ", idle));
    }
  }

  private List<String> setsOf(SkipRule rule) {
    return found.entrySet().stream()
        .filter(entry -> entry.getValue().rules().contains(rule))
        .map(Map.Entry::getKey)
        .toList();
  }

  private void refuseAmbiguous() {
    for (SkipRule rule : asked.all()) {
      List<String> sets = setsOf(rule);
      if (rule instanceof SkipRule.At at && sets.size() > 1) {
        List<Optional<TransactionId>> meant =
            sets.stream().map(set -> found.get(set).transactionOf(rule)).distinct().toList();
        if (meant.size() > 1 || meant.get(0).isEmpty()) {
          throw SkipScan.refused(
              "something takes effect at "
                  + at.optime()
                  + " on several replica sets: "
                  + String.join(", ", sets),
              "optime " + at.optime(),
              "Say which of them is meant: "
                  + String.join(
                      " or ", sets.stream().map(set -> set + ":" + at.optime()).toList()));
        }
      }
    }
  }

  private void completeTransactions(Collection<CommitDecision> decisions) {
    Map<TransactionId, Optime> commits = new LinkedHashMap<>();
    decisions.forEach(decision -> commits.put(decision.id(), decision.commitTimestamp()));
    found.forEach(
        (set, matches) ->
            matches
                .prepared()
                .forEach(
                    (id, prepared) ->
                        prepared
                            .rule()
                            .ifPresent(
                                rule -> complete(id, set, prepared, rule, commits.get(id)))));
  }

  /** Leaves a transaction out of the other sets, too. */
  private void complete(
      TransactionId id, String set, SkipMatches.Prepared here, SkipRule rule, Optime commit) {
    found.forEach(
        (other, matches) -> {
          SkipMatches.Prepared there = matches.prepared().get(id);
          if (there == null) {
            refuseIfShown(other, matches, set, here, commit);
          } else if (there.rule().isEmpty()) {
            if (!(rule instanceof SkipRule.At)) {
              throw SkipScan.refused(
                  "a range holds a part of a transaction only: what takes effect at %s on %s, but not what takes effect at %s on %s"
                      .formatted(here.effective(), set, there.effective(), other),
                  "'" + rule.text() + "'",
                  "Skip %s:%s to undo the whole transaction, or narrow the range"
                      .formatted(set, here.effective()));
            }
            rules
                .get(other)
                .add(new SkipRule.At(rule.text(), Optional.of(other), there.effective()));
          }
        });
  }

  /** A base that was complete after the commit may hold what the set's entries no longer tell. */
  private static void refuseIfShown(
      String other, SkipMatches matches, String set, SkipMatches.Prepared here, Optime commit) {
    if (commit != null && !commit.isAfter(matches.baseEnd())) {
      throw new TidemarkException(
          RestorerError.UNDO_BEFORE_BASE_END,
          "the transaction that takes effect at "
              + here.effective()
              + " on "
              + set
              + " was committed at "
              + commit
              + ", and the base of "
              + other
              + ", read until "
              + matches.baseEnd()
              + ", may show a part of it",
          "",
          "Start from an earlier base");
    }
  }
}
