package dev.tidemark.archive.dump;

import dev.tidemark.oplog.optime.Optime;
import java.util.Objects;

/**
 * Between which optimes a dump's documents were read.
 *
 * <p>Replay of all entries from {@link #appliedFrom} on gives the exact state at every optime that
 * is not before {@code end}. A dump of one moment has {@code start} equal to {@code end}.
 *
 * @param start every write up to here is in the dump
 * @param end no write after this is in the dump
 */
public record SnapshotTimes(Optime start, Optime end) {

  public SnapshotTimes {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(end, "end");
    if (end.isBefore(start)) {
      throw new IllegalArgumentException("a snapshot cannot end at " + end + ", before " + start);
    }
  }

  /**
   * The first optime whose entry is applied. A dump of one moment holds all that its own entry did,
   * in the order in which the entry did it; applied once more, a transaction could leave the fields
   * of a document in another order.
   */
  public Optime appliedFrom() {
    return start.equals(end) ? start.next() : start;
  }

  /** The times of a dump that shows one moment. */
  public static SnapshotTimes at(Optime moment) {
    return new SnapshotTimes(moment, moment);
  }
}
