package dev.tidemark.monitor.source;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;

/**
 * What a member's oplog holds.
 *
 * @param cluster alias of the cluster
 * @param set the replica set
 * @param oldest its oldest entry
 * @param newest its newest entry
 * @param fullness how much of its size is in use, from 0 to 1
 */
public record OplogWindow(
    String cluster, ReplicaSetRef set, Optime oldest, Optime newest, double fullness) {

  /** Below it, how long a full oplog will last cannot be told from what is there. */
  private static final double TELLING = 0.5;

  /**
   * For how many seconds the capture may stand still, at the rate of writes seen, before its
   * position is gone; negative once it is. Infinite while the oplog has so much room that nothing
   * leaves it and no rate can be told.
   *
   * @param captured the newest entry that was captured
   */
  public double headroom(Optime captured) {
    if (captured.isBefore(oldest)) {
      return captured.seconds() - oldest.seconds() - 1.0;
    }
    if (fullness < TELLING) {
      return Double.POSITIVE_INFINITY;
    }
    double whenFull = (newest.seconds() - oldest.seconds()) / Math.min(1, fullness);
    return whenFull - Math.max(0, newest.seconds() - captured.seconds());
  }
}
