package dev.tidemark.monitor.observation;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The progress of every replica set that was seen. Not thread-safe. */
public final class OplogProgress {

  private final Duration heartbeatTolerance;
  private final Map<ReplicaSetRef, SetProgress> sets = new TreeMap<>();
  private Instant readAt;

  /**
   * @param heartbeatTolerance as in {@link SetProgress}
   */
  public OplogProgress(Duration heartbeatTolerance) {
    this.heartbeatTolerance = heartbeatTolerance;
  }

  public void captured(OplogEventView event) {
    of(new ReplicaSetRef(event.source(), event.setId())).captured(event);
  }

  public void archived(SegmentIndexEntry segment) {
    of(new ReplicaSetRef(segment.getSource(), segment.getSetId())).archived(segment);
  }

  private SetProgress of(ReplicaSetRef set) {
    return sets.computeIfAbsent(set, ref -> new SetProgress(ref, heartbeatTolerance));
  }

  /** Both topics were read to their ends, as they were at this moment. */
  public void complete(Instant now) {
    readAt = now;
    sets.values().forEach(set -> set.complete(now));
  }

  /** When both topics were last read to their ends. */
  public Optional<Instant> readAt() {
    return Optional.ofNullable(readAt);
  }

  public List<SetProgress> sets() {
    return List.copyOf(sets.values());
  }

  public Optional<SetProgress> find(String setId) {
    return sets.values().stream().filter(set -> set.set().setId().equals(setId)).findFirst();
  }
}
