package dev.tidemark.archive.plan;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What there is of a replica set's oplog: stretches without a missing entry, and the breaks between
 * them.
 *
 * @param set whose
 * @param ranges oldest first
 * @param breaks {@code breaks[i]} lies between {@code ranges[i]} and {@code ranges[i + 1]}
 * @param defects everything that is wrong with the set's segments and roll-ups
 */
public record OplogHistory(
    ReplicaSetRef set, List<OplogRange> ranges, List<OplogBreak> breaks, List<Defect> defects) {

  public OplogHistory {
    ranges = List.copyOf(ranges);
    breaks = List.copyOf(breaks);
    defects = List.copyOf(defects);
  }

  /** The range in which all entries between two optimes are, both included. */
  public Optional<OplogRange> covering(Optime from, Optime to) {
    return ranges.stream().filter(range -> range.covers(from, to)).findFirst();
  }

  /** The newest range. */
  public Optional<OplogRange> newest() {
    return ranges.isEmpty() ? Optional.empty() : Optional.of(ranges.get(ranges.size() - 1));
  }

  /** The newest segment. */
  public Optional<SegmentIndexEntry> newestSegment() {
    for (int i = ranges.size() - 1; i >= 0; i--) {
      List<SegmentIndexEntry> segments = ranges.get(i).segments();
      if (!segments.isEmpty()) {
        return Optional.of(segments.get(segments.size() - 1));
      }
    }
    return Optional.empty();
  }

  /**
   * What this history would be if the entries came back that the archive lacks: lost objects may,
   * from a copy or a version of the bucket; what the source lost may not.
   */
  public OplogHistory mended() {
    List<OplogRange> joined = new ArrayList<>();
    List<OplogBreak> left = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      if (i > 0 && breaks.get(i - 1).cause() == OplogBreak.Cause.LOST) {
        int last = joined.size() - 1;
        joined.set(last, joined.get(last).joined(ranges.get(i)));
        continue;
      }
      if (i > 0) {
        left.add(breaks.get(i - 1));
      }
      joined.add(ranges.get(i));
    }
    return new OplogHistory(set, joined, left, defects);
  }

  /** Breaks that keep entries between two optimes away. */
  public List<OplogBreak> breaksBetween(Optime from, Optime to) {
    // What is there begins behind the last missing entry, which may be before the first one of it.
    return IntStream.range(0, breaks.size())
        .filter(i -> ranges.get(i + 1).completeFrom().isAfter(from))
        .mapToObj(breaks::get)
        .filter(gap -> gap.after().isBefore(to))
        .toList();
  }
}
