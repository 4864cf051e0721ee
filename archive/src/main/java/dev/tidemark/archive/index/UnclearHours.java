package dev.tidemark.archive.index;

import dev.tidemark.archive.key.OptimeHour;
import java.util.List;
import java.util.Map;

/**
 * Hours of a set with a tombstone that cannot be read, so that nobody knows which of their segments
 * it buried. Those that the hour's roll-up names were not: burying takes them out of it. The others
 * may be; they count neither as there nor as removed until retention has decided anew.
 *
 * @param tombstones keys of the tombstones, and their hours
 * @param segments those that may be buried, by first optime
 */
public record UnclearHours(Map<String, OptimeHour> tombstones, List<IndexedSegment> segments) {

  public UnclearHours {
    tombstones = Map.copyOf(tombstones);
    segments = List.copyOf(segments);
  }

  /** Whether an hour is one of them. */
  public boolean contains(OptimeHour hour) {
    return tombstones.containsValue(hour);
  }
}
