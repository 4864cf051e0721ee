package dev.tidemark.archive.plan;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stretch of a replica set's oplog without a missing entry.
 *
 * @param completeFrom every entry from this optime on is there
 * @param last the newest entry
 * @param complete no entry up to here is missing: {@code last}, or a later heartbeat
 * @param segments what it consists of, in order; may be empty if all of it is in the tail
 * @param tail what is on Kafka behind the segments and not archived yet
 */
public record OplogRange(
    Optime completeFrom,
    ChainPosition last,
    Optime complete,
    List<SegmentIndexEntry> segments,
    Optional<OplogTail> tail) {

  public OplogRange {
    segments = List.copyOf(segments);
  }

  /** Whether all entries from one optime on up to and including another one are there. */
  public boolean covers(Optime from, Optime to) {
    return !from.isBefore(completeFrom) && !to.isAfter(complete);
  }

  /** This one and a later one, as if nothing were missing between them. */
  OplogRange joined(OplogRange later) {
    List<SegmentIndexEntry> both = new ArrayList<>(segments);
    both.addAll(later.segments());
    return new OplogRange(completeFrom, later.last(), later.complete(), both, later.tail());
  }

  /** The first entry. */
  public Optime first() {
    return segments.isEmpty() ? completeFrom : new Optime(segments.get(0).getFirstTs());
  }

  @Override
  public String toString() {
    return first() + " to " + complete;
  }
}
