package dev.tidemark.archive.plan;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.index.IndexedSegment;
import dev.tidemark.archive.index.SetIndex;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.MarkerKind;
import dev.tidemark.schemas.archive.OplogMarker;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Puts the segments of a replica set in a row and finds where entries are missing. */
public final class HistoryBuilder {

  private final SetIndex index;
  private final List<OplogRange> ranges = new ArrayList<>();
  private final List<OplogBreak> breaks = new ArrayList<>();
  private final List<Defect> defects;
  private List<SegmentIndexEntry> current = new ArrayList<>();
  private SegmentIndexEntry last;

  private HistoryBuilder(SetIndex index) {
    this.index = index;
    this.defects = new ArrayList<>(index.defects());
  }

  /** The history that the archive alone tells. */
  public static OplogHistory build(SetIndex index) {
    return build(index, Optional.empty());
  }

  /**
   * The history that the archive and the tail behind it tell.
   *
   * @param tail in chain behind the newest segment
   */
  public static OplogHistory build(SetIndex index, Optional<OplogTail> tail) {
    HistoryBuilder builder = new HistoryBuilder(index);
    index.segments().stream()
        .map(IndexedSegment::entry)
        .sorted(
            Comparator.comparing(SegmentIndexEntry::getFirstTs, Long::compareUnsigned)
                .thenComparing(
                    Comparator.comparing(SegmentIndexEntry::getLastTs, Long::compareUnsigned)
                        .reversed())
                .thenComparing(SegmentIndexEntry::getObjectKey))
        .forEach(builder::add);
    builder.closeRange(tail);
    return new OplogHistory(index.set(), builder.ranges, builder.breaks, builder.defects);
  }

  private void add(SegmentIndexEntry segment) {
    if (last == null) {
      current.add(segment);
      last = segment;
      return;
    }
    if (Long.compareUnsigned(segment.getLastTs(), last.getLastTs()) <= 0) {
      // A compacted segment and those it replaces may lie side by side for a while.
      if (!isCompacted(last) && !isCompacted(segment)) {
        overlap(segment);
      }
      return;
    }
    boolean overlaps = Long.compareUnsigned(segment.getFirstTs(), last.getLastTs()) <= 0;
    if (overlaps) {
      overlap(segment);
    }
    if (!overlaps && !follows(segment)) {
      breakBefore(segment);
    }
    current.add(segment);
    last = segment;
  }

  private static boolean isCompacted(SegmentIndexEntry segment) {
    return SegmentKey.parse(segment.getObjectKey()).map(SegmentKey::isCompacted).orElse(false);
  }

  private void overlap(SegmentIndexEntry segment) {
    defects.add(
        new Defect(
            DefectKind.SEGMENT_OVERLAP,
            segment.getObjectKey(),
            "it begins at %s, but %s ends at %s"
                .formatted(
                    new Optime(segment.getFirstTs()),
                    last.getObjectKey(),
                    new Optime(last.getLastTs()))));
  }

  private boolean follows(SegmentIndexEntry segment) {
    return segment.getStartsWith() == null
        && segment.getPrevTs() == last.getLastTs()
        && segment.getPrevTerm() == last.getLastTerm();
  }

  private void breakBefore(SegmentIndexEntry segment) {
    Optime after = new Optime(last.getLastTs());
    Optime before = new Optime(segment.getFirstTs());
    List<Defect> blamed = blamed(after, before);
    OplogMarker marker = segment.getStartsWith();
    OplogBreak.Cause cause = OplogBreak.Cause.LOST;
    if (marker != null && marker.getKind() == MarkerKind.START) {
      cause = OplogBreak.Cause.CAPTURE_RESTARTED;
    } else if (marker != null && marker.getLostAfterTs() == last.getLastTs()) {
      cause = OplogBreak.Cause.GAP_AT_SOURCE;
    } else if (index.removed().explains(last.getLastTs(), previousOf(segment))) {
      cause = OplogBreak.Cause.REMOVED;
    }
    OplogBreak found = new OplogBreak(cause, after, before, blamed);
    if (cause == OplogBreak.Cause.LOST) {
      defects.add(
          new Defect(
              DefectKind.CHAIN_BROKEN,
              segment.getObjectKey(),
              "it follows entry %s of term %d, but the newest entry before it is %s of term %d"
                  .formatted(
                      new Optime(previousOf(segment)),
                      segment.getPrevTerm(),
                      after,
                      last.getLastTerm())));
    }
    closeRange(Optional.empty());
    breaks.add(found);
  }

  private static long previousOf(SegmentIndexEntry segment) {
    OplogMarker marker = segment.getStartsWith();
    return marker == null ? segment.getPrevTs() : marker.getLostAfterTs();
  }

  /** Objects that are known to be damaged or gone and may explain a hole between two optimes. */
  private List<Defect> blamed(Optime after, Optime before) {
    return index.defects().stream().filter(defect -> explains(defect, after, before)).toList();
  }

  private boolean explains(Defect defect, Optime after, Optime before) {
    return switch (defect.kind()) {
      case REMOVED_SPANS_CORRUPT -> true;
      case TOMBSTONE_CORRUPT ->
          Optional.ofNullable(index.unclear().tombstones().get(defect.where()))
              .filter(hour -> hour.compareTo(OptimeHour.of(after)) >= 0)
              .filter(hour -> hour.compareTo(OptimeHour.of(before)) <= 0)
              .isPresent();
      default ->
          SegmentKey.parse(defect.where())
              .map(SegmentKey::first)
              .filter(first -> first.isAfter(after) && first.isBefore(before))
              .isPresent();
    };
  }

  private void closeRange(Optional<OplogTail> tail) {
    if (current.isEmpty()) {
      tail.ifPresent(
          t ->
              ranges.add(
                  new OplogRange(
                      t.completeFrom(), t.last(), t.complete(), List.of(), Optional.of(t))));
      return;
    }
    ChainPosition archived = new ChainPosition(last.getLastTs(), last.getLastTerm());
    Optional<OplogTail> behind = tail.filter(t -> !t.complete().isBefore(archived.optime()));
    ranges.add(
        new OplogRange(
            completeFrom(current.get(0)),
            behind.map(OplogTail::last).orElse(archived),
            behind.map(OplogTail::complete).orElse(archived.optime()),
            current,
            behind));
    current = new ArrayList<>();
  }

  private static Optime completeFrom(SegmentIndexEntry first) {
    return first.getStartsWith() == null
        ? new Optime(first.getPrevTs()).next()
        : new Optime(first.getStartsWith().getTs());
  }
}
