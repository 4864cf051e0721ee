package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.TransactionId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What rules found in the oplog of one replica set of a cluster.
 *
 * @param baseEnd where the set's base was complete
 * @param rules those that leave something out
 * @param prepared the prepared transactions that take effect, of which other sets may hold parts
 */
public record SkipMatches(
    Optime baseEnd, Set<SkipRule> rules, Map<TransactionId, Prepared> prepared) {

  public SkipMatches {
    rules = Set.copyOf(rules);
    prepared = Map.copyOf(prepared);
  }

  /**
   * A prepared transaction.
   *
   * @param effective where it takes effect on this replica set
   * @param rule what leaves it out; empty if it stays
   */
  public record Prepared(Optime effective, Optional<SkipRule> rule) {}

  /** The prepared transaction that a rule leaves out; empty if that is something else. */
  Optional<TransactionId> transactionOf(SkipRule rule) {
    return prepared.entrySet().stream()
        .filter(entry -> entry.getValue().rule().filter(rule::equals).isPresent())
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
