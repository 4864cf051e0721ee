package dev.tidemark.archive.plan;

import dev.tidemark.oplog.optime.Optime;
import java.time.Instant;
import java.util.List;

/**
 * Optimes between which every moment can be restored, both ends included.
 *
 * @param from the first one
 * @param to the last one
 * @param snapshots the snapshots that serve it, oldest first
 */
public record RestorableRange(Optime from, Optime to, List<String> snapshots) {

  public RestorableRange {
    snapshots = List.copyOf(snapshots);
  }

  public boolean contains(Optime optime) {
    return !optime.isBefore(from) && !optime.isAfter(to);
  }

  /** Roughly when, by the seconds of the optimes. */
  public Instant fromInstant() {
    return Instant.ofEpochSecond(from.seconds());
  }

  /** Roughly when, by the seconds of the optimes. */
  public Instant toInstant() {
    return Instant.ofEpochSecond(to.seconds());
  }

  /** For messages. */
  @Override
  public String toString() {
    return from + " to " + to + " (" + fromInstant() + " to " + toInstant() + ")";
  }
}
