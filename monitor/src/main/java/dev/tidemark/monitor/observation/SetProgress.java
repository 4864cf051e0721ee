package dev.tidemark.monitor.observation;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.MarkerKind;
import dev.tidemark.schemas.archive.OplogMarker;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far one replica set's oplog is captured and archived. It is enough to show it some of the
 * newest events, in order, and all index entries. Not thread-safe.
 *
 * <p>Events tell the time up to which the source was captured: an entry by the source's clock, a
 * heartbeat by the tailer's, because it says that nothing was missing when it was made. A heartbeat
 * whose optime is far behind was taken from a member that is cut off or lags; it counts only for
 * its optime.
 */
public final class SetProgress {

  private final ReplicaSetRef set;
  private final Duration heartbeatTolerance;
  private Instant capturedUntil;
  private Optime newestEntry = Optime.ZERO;
  private Optime archivedEntry = Optime.ZERO;
  private Instant archivedUntil;
  private Instant nothingPendingAt;
  private Instant pendingSince;
  private Optime gap;
  private Optime beginning;

  /**
   * @param heartbeatTolerance how far a heartbeat's optime may be behind the tailer's clock on a
   *     healthy set: more than the interval of periodic noops
   */
  public SetProgress(ReplicaSetRef set, Duration heartbeatTolerance) {
    this.set = set;
    this.heartbeatTolerance = heartbeatTolerance;
  }

  public ReplicaSetRef set() {
    return set;
  }

  /** Takes note of an event of this set. */
  public void captured(OplogEventView event) {
    Optime optime = new Optime(event.ts());
    if (event.isHeartbeat()) {
      capturedUntil(heartbeatTime(optime, Instant.ofEpochMilli(event.observed())));
    } else if (event.isEntry()) {
      capturedUntil(
          event.wall() == OplogEventView.NO_WALL
              ? Instant.ofEpochSecond(optime.seconds())
              : Instant.ofEpochMilli(event.wall()));
      if (optime.isAfter(newestEntry)) {
        newestEntry = optime;
        pending(optime, new Optime(event.prevTs()), Instant.ofEpochMilli(event.observed()));
      }
    } else if (event.kind().equals(EventKinds.GAP)) {
      gap = later(gap, optime);
    } else if (event.kind().equals(EventKinds.START)) {
      beginning = later(beginning, optime);
    }
  }

  private Instant heartbeatTime(Optime optime, Instant observed) {
    Instant vouched = Instant.ofEpochSecond(optime.seconds()).plus(heartbeatTolerance);
    return vouched.isBefore(observed) ? vouched : observed;
  }

  private void capturedUntil(Instant time) {
    if (capturedUntil == null || time.isAfter(capturedUntil)) {
      capturedUntil = time;
    }
  }

  private void pending(Optime optime, Optime previous, Instant observed) {
    if (pendingSince != null || !optime.isAfter(archivedEntry)) {
      return;
    }
    if (previous.isAfter(archivedEntry) && lastKnownClean() != null) {
      // Entries between the archived one and this one were not shown; the oldest came after this.
      pendingSince = lastKnownClean().isBefore(observed) ? lastKnownClean() : observed;
    } else {
      pendingSince = observed;
    }
  }

  private Instant lastKnownClean() {
    return nothingPendingAt != null ? nothingPendingAt : archivedUntil;
  }

  /** Takes note of an index entry of this set. */
  public void archived(SegmentIndexEntry segment) {
    OplogMarker marker = segment.getStartsWith();
    if (marker != null && marker.getKind() == MarkerKind.GAP) {
      gap = later(gap, new Optime(marker.getTs()));
    } else if (marker != null) {
      beginning = later(beginning, new Optime(marker.getTs()));
    }
    Optime last = new Optime(segment.getLastTs());
    if (!last.isAfter(archivedEntry)) {
      return;
    }
    archivedEntry = last;
    archivedUntil =
        segment.getMaxWall() == null ? Instant.ofEpochSecond(last.seconds()) : segment.getMaxWall();
    capturedUntil(archivedUntil);
    if (newestEntry.isAfter(last)) {
      pendingSince = archivedUntil;
    } else {
      newestEntry = last;
      pendingSince = null;
    }
  }

  private static Optime later(Optime known, Optime seen) {
    return known == null || seen.isAfter(known) ? seen : known;
  }

  /** Everything that was on the topic at this moment has been shown. */
  public void complete(Instant now) {
    if (pendingSince == null && newestEntry.equals(archivedEntry)) {
      nothingPendingAt = now;
    }
  }

  /** The time up to which everything is captured; empty if nothing was seen yet. */
  public Optional<Instant> capturedUntil() {
    return Optional.ofNullable(capturedUntil);
  }

  /** When the oldest entry came that is not archived; empty if all seen entries are. */
  public Optional<Instant> pendingSince() {
    return Optional.ofNullable(pendingSince);
  }

  /** The newest entry seen. */
  public Optime newestEntry() {
    return newestEntry;
  }

  /** The optime from which on entries are held after the newest gap. */
  public Optional<Optime> gap() {
    return Optional.ofNullable(gap);
  }

  /** The optime at which the capture last began anew, with nothing held before it. */
  public Optional<Optime> beginning() {
    return Optional.ofNullable(beginning);
  }
}
