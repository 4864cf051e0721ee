package dev.tidemark.archive.plan;

import dev.tidemark.archive.segment.EventCursor;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Finds out what a target means in the history of one replica set. */
final class TargetResolver {

  private final ObjectStore store;
  private final OplogHistory history;
  private final List<String> warnings;

  /**
   * @param warnings takes what the operator should know
   */
  TargetResolver(ObjectStore store, OplogHistory history, List<String> warnings) {
    this.store = store;
    this.history = history;
    this.warnings = warnings;
  }

  /** Why a target means nothing in a history. */
  static final class NotThere extends Exception {
    private static final long serialVersionUID = 1L;

    NotThere(String reason) {
      super(reason);
    }
  }

  /** The largest optime that still belongs to the target. */
  Optime bound(RestoreTarget target) throws NotThere {
    if (target instanceof RestoreTarget.At at) {
      return at.optime();
    }
    if (target instanceof RestoreTarget.Before before) {
      return before.optime().previous();
    }
    if (target instanceof RestoreTarget.AtInstant instant) {
      return instant(instant.instant());
    }
    return newest().complete();
  }

  private OplogRange newest() throws NotThere {
    return history
        .newest()
        .orElseThrow(() -> new NotThere("nothing is archived of replica set " + history.set()));
  }

  private Optime instant(Instant instant) throws NotThere {
    OplogRange last = newest();
    for (int i = 0; i < history.ranges().size(); i++) {
      OplogRange range = history.ranges().get(i);
      Optional<Optime> blocker = firstLaterThan(range, instant);
      if (blocker.isEmpty()) {
        continue;
      }
      if (blocker.get().equals(range.first())) {
        throw new NotThere(
            i == 0
                ? "%s is before the oldest archived entry, %s".formatted(instant, range.first())
                : "%s lies where %s".formatted(instant, history.breaks().get(i - 1).describe()));
      }
      warnOfClock(range, blocker.get(), instant);
      return blocker.get().previous();
    }
    boolean reached =
        last.complete().seconds() > instant.getEpochSecond()
            || newestWall(last) >= instant.toEpochMilli();
    if (!reached) {
      throw new NotThere(
          "%s is after the newest entry, %s".formatted(instant, last.last().optime()));
    }
    return last.complete();
  }

  /** The first entry of a range whose wall clock is later. */
  private Optional<Optime> firstLaterThan(OplogRange range, Instant instant) {
    for (SegmentIndexEntry segment : range.segments()) {
      if (segment.getMaxWall() == null || !segment.getMaxWall().isAfter(instant)) {
        continue;
      }
      try (EventCursor cursor = SegmentReader.open(store, segment.getObjectKey()).entries()) {
        for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
          if (event.wall() != OplogEventView.NO_WALL && event.wall() > instant.toEpochMilli()) {
            return Optional.of(new Optime(event.ts()));
          }
        }
      }
    }
    if (range.tail().isPresent()) {
      Iterator<OplogTail.EntryTime> times = range.tail().get().times();
      while (times.hasNext()) {
        OplogTail.EntryTime time = times.next();
        if (time.wall().isPresent() && time.wall().getAsLong() > instant.toEpochMilli()) {
          return Optional.of(time.optime());
        }
      }
    }
    return Optional.empty();
  }

  /** A clock that ran ahead at one entry hides what came after it in time. */
  private void warnOfClock(OplogRange range, Optime blocker, Instant instant) {
    for (int i = range.segments().size() - 1; i >= 0; i--) {
      SegmentIndexEntry segment = range.segments().get(i);
      if (!new Optime(segment.getLastTs()).isAfter(blocker)) {
        return;
      }
      if (segment.getMinWall() == null || segment.getMinWall().isAfter(instant)) {
        continue;
      }
      Optional<Optime> hidden = lastUpTo(segment, blocker, instant);
      if (hidden.isPresent()) {
        warnings.add(
            "entry %s of %s was written by a clock later than %s, though entries up to %s were not:"
                    .formatted(blocker, history.set(), instant, hidden.get())
                + " ask for the optime "
                + hidden.get()
                + " to include them");
        return;
      }
    }
  }

  private Optional<Optime> lastUpTo(SegmentIndexEntry segment, Optime after, Instant instant) {
    Optime found = null;
    try (EventCursor cursor =
        SegmentReader.open(store, segment.getObjectKey()).entries(after, Optime.MAX)) {
      for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
        if (event.wall() != OplogEventView.NO_WALL && event.wall() <= instant.toEpochMilli()) {
          found = new Optime(event.ts());
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private static long newestWall(OplogRange range) {
    long newest = Long.MIN_VALUE;
    for (SegmentIndexEntry segment : range.segments()) {
      if (segment.getMaxWall() != null) {
        newest = Math.max(newest, segment.getMaxWall().toEpochMilli());
      }
    }
    if (range.tail().isPresent()) {
      Iterator<OplogTail.EntryTime> times = range.tail().get().times();
      while (times.hasNext()) {
        newest = Math.max(newest, times.next().wall().orElse(Long.MIN_VALUE));
      }
    }
    return newest;
  }

  /** The newest entry of a range that is not after an optime; empty if there is none. */
  Optional<Optime> lastEntryUpTo(OplogRange range, Optime bound) {
    Optime found = null;
    if (range.tail().isPresent()) {
      Iterator<OplogTail.EntryTime> times = range.tail().get().times();
      while (times.hasNext()) {
        Optime optime = times.next().optime();
        if (!optime.isAfter(bound)) {
          found = optime;
        }
      }
    }
    if (found != null) {
      return Optional.of(found);
    }
    for (int i = range.segments().size() - 1; i >= 0; i--) {
      SegmentIndexEntry segment = range.segments().get(i);
      if (!new Optime(segment.getLastTs()).isAfter(bound)) {
        return Optional.of(new Optime(segment.getLastTs()));
      }
      if (!new Optime(segment.getFirstTs()).isAfter(bound)) {
        return SegmentReader.open(store, segment.getObjectKey())
            .lastUpTo(bound)
            .map(event -> new Optime(event.ts()));
      }
    }
    return Optional.empty();
  }
}
