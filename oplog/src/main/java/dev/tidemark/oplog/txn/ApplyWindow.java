package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.optime.Optime;

/**
 * Which part of an oplog takes effect. Earlier entries only begin transactions that commit inside.
 *
 * @param from the first optime that takes effect
 * @param to the last optime that takes effect; nothing does if it is the one before {@code from}
 * @param rule which optime decides whether a prepared transaction lies inside
 */
public record ApplyWindow(Optime from, Optime to, CommitRule rule) {

  /** What decides whether a prepared transaction takes effect. */
  public enum CommitRule {
    /** The optime of its commit entry, as for every other entry. */
    COMMIT_ENTRY,
    /**
     * The commit timestamp, which all shards share while the optimes of their commit entries
     * differ; so the transaction takes effect on all of them or on none. Entries after {@link #to}
     * have to be read until every transaction prepared before is decided.
     */
    COMMIT_TIMESTAMP
  }

  public ApplyWindow {
    if (to.isBefore(from) && !to.next().equals(from)) {
      throw new IllegalArgumentException("the window ends at " + to + ", before " + from);
    }
  }

  /** The window of a replica set that stands alone. */
  public static ApplyWindow ofReplicaSet(Optime from, Optime to) {
    return new ApplyWindow(from, to, CommitRule.COMMIT_ENTRY);
  }

  /** The window of one shard of a cluster. */
  public static ApplyWindow ofShard(Optime from, Optime to) {
    return new ApplyWindow(from, to, CommitRule.COMMIT_TIMESTAMP);
  }

  boolean contains(Optime optime) {
    return !optime.isBefore(from) && !optime.isAfter(to);
  }
}
