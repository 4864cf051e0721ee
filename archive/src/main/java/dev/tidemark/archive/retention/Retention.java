package dev.tidemark.archive.retention;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.IndexedSegment;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.index.SetIndex;
import dev.tidemark.archive.index.Tombstone;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.plan.ArchiveContents;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.retention.Decision.Subject;
import dev.tidemark.archive.retention.Decision.Verdict;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from an archive what its policy no longer keeps.
 *
 * <p>The order of its steps lets a crash anywhere leave an index that names only what is there: a
 * snapshot loses its manifest first; segments are named by a tombstone, then taken out of the
 * roll-up, and deleted by a later run, when the grace is over. Any step may be done twice.
 */
public final class Retention {

  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private final ArchiveIndex index;
  private final RetentionPolicy policy;
  private final InstantSource clock;
  private final Graveyard graveyard;

  public Retention(ArchiveIndex index, RetentionPolicy policy, InstantSource clock) {
    this.index = index;
    this.policy = policy;
    this.clock = clock;
    this.graveyard = new Graveyard(index.store(), index.keys());
  }

  /** What would become of everything, and why; nothing is changed. */
  public List<Decision> explain() {
    return planner().decide(holdings());
  }

  private Holdings holdings() {
    ArchiveContents contents = ArchiveContents.load(index, TailSource.NONE);
    return Holdings.read(index.store(), contents, clock.instant());
  }

  private RetentionPlanner planner() {
    return new RetentionPlanner(policy, clock.instant());
  }

  /** Decides and acts. */
  public List<Decision> run() {
    Holdings holdings = holdings();
    RetentionPlanner planner = planner();
    List<Decision> decisions = planner.decide(holdings);
    delete(decisions, subject -> subject != Subject.BURIED_SEGMENTS);
    noteRemoved(planner, holdings, decisions);
    bury(holdings.contents(), decisions);
    // Behind the burials: until then an unreadable tombstone would keep an hour from being rolled
    // up.
    delete(decisions, subject -> subject == Subject.BURIED_SEGMENTS);
    return decisions;
  }

  private void delete(List<Decision> decisions, Predicate<Subject> which) {
    decisions.stream()
        .filter(decision -> decision.verdict() == Verdict.DELETE && which.test(decision.subject()))
        .forEach(this::delete);
  }

  private void delete(Decision decision) {
    ObjectStore store = index.store();
    Set<String> keys = new LinkedHashSet<>(decision.keys());
    switch (decision.subject()) {
      case BURIED_SEGMENTS -> forget(decision.name());
      case SNAPSHOT, UNFINISHED_SNAPSHOT -> {
        try (Stream<ObjectInfo> rest = store.list(index.keys().snapshotPrefix(decision.name()))) {
          rest.map(ObjectInfo::key).forEach(keys::add);
        }
      }
      case RESTORE_WORK, SEGMENTS, TOMBSTONE, REMOVED_SPANS -> {}
    }
    keys.forEach(store::delete);
    if (decision.subject() == Subject.BURIED_SEGMENTS) {
      // Last: until now it kept the index from naming what is gone.
      graveyard.forget(decision.name());
    }
    log.debug("Deleted {} {}: {}", decision.subject(), decision.name(), decision.reason());
  }

  /** The roll-up may still name them, if the run that buried them was killed. */
  private void forget(String tombstoneKey) {
    for (ReplicaSetRef set : index.sets()) {
      index
          .keys()
          .parseTombstone(set, tombstoneKey)
          .filter(hour -> index.store().head(index.keys().rollup(set, hour)).isPresent())
          .ifPresent(hour -> new RollupKeeper(index.store(), index.keys()).rollUp(set, hour));
    }
  }

  private record Grave(ReplicaSetRef set, OptimeHour hour) implements Comparable<Grave> {

    @Override
    public int compareTo(Grave other) {
      int bySet = set.compareTo(other.set);
      return bySet != 0 ? bySet : hour.compareTo(other.hour);
    }
  }

  /** Before anything is taken away: a hole in the chain must not look like a loss. */
  private void noteRemoved(RetentionPlanner planner, Holdings holdings, List<Decision> decisions) {
    Set<String> buried =
        decisions.stream()
            .filter(decision -> decision.verdict() == Verdict.BURY)
            .flatMap(decision -> decision.keys().stream())
            .collect(Collectors.toSet());
    for (SetIndex set : holdings.contents().indexes().values()) {
      List<SegmentIndexEntry> removed = new ArrayList<>();
      Optime oldestKept = Optime.MAX;
      List<IndexedSegment> segments = new ArrayList<>(set.segments());
      segments.addAll(set.unclear().segments());
      for (IndexedSegment segment : segments) {
        if (buried.contains(segment.entry().getObjectKey())) {
          removed.add(segment.entry());
        } else {
          Optime first = new Optime(segment.entry().getFirstTs());
          oldestKept = first.isBefore(oldestKept) ? first : oldestKept;
        }
      }
      graveyard.noteRemoved(
          set.set(), removed, oldestKept, () -> planner.holesNotNeeded(holdings, set.set()));
    }
  }

  private void bury(ArchiveContents contents, List<Decision> decisions) {
    Map<Grave, List<String>> segments = new TreeMap<>();
    decisions.stream()
        .filter(decision -> decision.verdict() == Verdict.BURY)
        .flatMap(decision -> decision.keys().stream())
        .forEach(
            key -> {
              SegmentKey parsed = SegmentKey.parse(key).orElseThrow();
              segments
                  .computeIfAbsent(new Grave(parsed.set(), parsed.hour()), g -> new ArrayList<>())
                  .add(key);
            });
    Map<Grave, Set<String>> damaged = new TreeMap<>();
    contents
        .indexes()
        .forEach(
            (set, loaded) ->
                loaded
                    .unclear()
                    .tombstones()
                    .forEach(
                        (key, hour) ->
                            damaged
                                .computeIfAbsent(new Grave(set, hour), g -> new TreeSet<>())
                                .add(key)));
    Set<Grave> graves = new TreeSet<>(segments.keySet());
    graves.addAll(damaged.keySet());
    for (Grave grave : graves) {
      graveyard.bury(
          grave.set(),
          grave.hour(),
          Optional.ofNullable(segments.get(grave)).map(this::tombstone),
          damaged.getOrDefault(grave, Set.of()));
    }
  }

  private Tombstone tombstone(List<String> segments) {
    return new Tombstone(
        clock.instant().plus(policy.grace()), "no moment that is kept needs them", segments);
  }
}
