package dev.tidemark.monitor.source;

import dev.tidemark.oplog.optime.Optime;
import java.util.OptionalDouble;

/**
 * What a member's oplog holds.
 *
 * @param cluster alias of the cluster
 * @param setName name of the replica set
 * @param oldest its oldest entry
 * @param newest its newest entry
 * @param fullness how much of its size is in use, from 0 to 1
 */
public record OplogWindow(
    String cluster, String setName, Optime oldest, Optime newest, double fullness) {

  /** Below it, how long a full oplog will last cannot be told from what is there. */
  private static final double TELLING = 0.5;

  /**
   * For how many seconds the capture may stand still, at the rate of writes seen, before its
   * position is gone; negative once it is. Empty while the oplog is too new to tell.
   *
   * @param captured the newest entry that was captured
   */
  public OptionalDouble headroom(Optime captured) {
    if (captured.isBefore(oldest)) {
      return OptionalDouble.of(captured.seconds() - oldest.seconds() - 1.0);
    }
    if (fullness < TELLING) {
      return OptionalDouble.empty();
    }
    double whenFull = (newest.seconds() - oldest.seconds()) / Math.min(1, fullness);
    return OptionalDouble.of(whenFull - Math.max(0, newest.seconds() - captured.seconds()));
  }
}
