package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow.CommitRule;
import dev.tidemark.oplog.txn.CommitDecision;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Up to where an oplog is applied.
 *
 * @param optime everything up to here is applied, nothing after it
 * @param rule what decides whether a prepared transaction lies inside
 * @param decisions what other shards' oplogs say about transactions
 */
public record ReplayTarget(Optime optime, CommitRule rule, Collection<CommitDecision> decisions) {

  public ReplayTarget {
    Objects.requireNonNull(optime, "optime");
    Objects.requireNonNull(rule, "rule");
    decisions = List.copyOf(decisions);
  }

  /** The target of a replica set that stands alone. */
  public static ReplayTarget ofReplicaSet(Optime optime) {
    return new ReplayTarget(optime, CommitRule.COMMIT_ENTRY, List.of());
  }

  /**
   * The target of a shard, common to all of them.
   *
   * @param decisions the commits in the oplogs of all shards, also after the optime
   */
  public static ReplayTarget ofShard(Optime optime, Collection<CommitDecision> decisions) {
    return new ReplayTarget(optime, CommitRule.COMMIT_TIMESTAMP, decisions);
  }
}
