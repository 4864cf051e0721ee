package dev.tidemark.archive.plan;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a restore reads: the newest usable snapshot that ends before the wanted moment, the
 * unbroken chain of segments from its fetch start on, and what is on Kafka behind them. Refuses,
 * with what is possible instead, before anything is touched.
 *
 * <p>Thread-safe.
 */
public final class Planner {

  private static final Logger log = LoggerFactory.getLogger(Planner.class);

  private final ArchiveIndex index;
  private final TailSource tail;

  public Planner(ArchiveIndex index, TailSource tail) {
    this.index = index;
    this.tail = tail;
  }

  /**
   * Plans a restore.
   *
   * @throws TargetUnreachableException if the moment cannot be restored
   * @throws ArchiveException if the archive cannot be read
   */
  public RestorePlan plan(PlanRequest request) {
    try {
      return planOnce(request);
    } catch (ArchiveException e) {
      if (e.error() != ArchiveError.ARCHIVE_OBJECT_MISSING) {
        throw e;
      }
      // Compaction or retention replaced something between the listing and the reading.
      log.info("Planning once again: {}", e.getMessage());
      return planOnce(request);
    }
  }

  private RestorePlan planOnce(PlanRequest request) {
    ArchiveContents contents = ArchiveContents.load(index, tail);
    try {
      return new Planning(index, contents, request).plan();
    } catch (ArchiveException e) {
      if (e.error() != ArchiveError.ARCHIVE_OBJECT_CORRUPT) {
        throw e;
      }
      throw new TargetUnreachableException(
          "the restore to %s needs a damaged object: %s".formatted(request.target(), e.reason()),
          e.where(),
          contents.restorable(),
          contents.defects(),
          e);
    }
  }

  /** One planning. */
  private static final class Planning {

    private final ArchiveIndex index;
    private final ArchiveContents contents;
    private final PlanRequest request;
    private final List<String> warnings = new ArrayList<>();

    Planning(ArchiveIndex index, ArchiveContents contents, PlanRequest request) {
      this.index = index;
      this.contents = contents;
      this.request = request;
    }

    RestorePlan plan() {
      List<SnapshotManifest> candidates = candidates();
      Optime bound = bound(candidates);
      NeededObjects objects = new NeededObjects(index, contents, request.check());
      SnapshotManifest snapshot = choose(candidates, bound, objects);
      List<SetPlan> sets = new ArrayList<>();
      for (SnapshotSetManifest set : snapshot.sets()) {
        sets.add(setPlan(set, bound));
      }
      List<Defect> damaged = objects.damagedSegments(sets);
      if (!damaged.isEmpty()) {
        throw new TargetUnreachableException(
            "the restore to %s needs %s".formatted(bound, damaged.get(0))
                + (damaged.size() == 1 ? "" : " and " + (damaged.size() - 1) + " more"),
            index.store().location(),
            objects.restorableWithout(damaged),
            damaged);
      }
      Optime optime = sets.size() == 1 ? sets.get(0).cut() : bound;
      warnOfForeignSets(snapshot);
      contents.defects().forEach(defect -> warnings.add(defect.toString()));
      return new RestorePlan(contents.keys(), request.target(), optime, snapshot, sets, warnings);
    }

    private List<SnapshotManifest> candidates() {
      if (request.base().isPresent()) {
        return List.of(request.base().get());
      }
      List<SnapshotManifest> all = contents.snapshots();
      List<SnapshotManifest> named =
          all.stream()
              .filter(s -> request.snapshotId().map(s.snapshotId()::equals).orElse(true))
              .sorted(Comparator.comparing(ArchiveContents::end).reversed())
              .toList();
      if (named.isEmpty()) {
        throw refused(
            request
                .snapshotId()
                .map(id -> "there is no usable snapshot '" + id + "'")
                .orElse("there is no snapshot to start from"),
            contents.defects());
      }
      return named;
    }

    /** The optime up to which everything is applied, one for all replica sets. */
    private Optime bound(List<SnapshotManifest> candidates) {
      Optime bound = Optime.MAX;
      SnapshotManifest newest = candidates.get(0);
      for (SnapshotSetManifest set : newest.sets()) {
        Optional<OplogHistory> history = RestorableRanges.history(contents.histories(), set);
        if (history.isEmpty() || history.get().ranges().isEmpty()) {
          bound = min(bound, boundWithoutOplog(set));
          continue;
        }
        TargetResolver resolver = new TargetResolver(index.store(), history.get(), warnings);
        try {
          bound = min(bound, resolver.bound(request.target()));
        } catch (TargetResolver.NotThere e) {
          throw refused(e.getMessage(), contents.defects());
        }
      }
      return bound;
    }

    /** A snapshot that brings its own oplog can be restored to its END without any segment. */
    private Optime boundWithoutOplog(SnapshotSetManifest set) {
      if (request.target() instanceof RestoreTarget.At at) {
        return at.optime();
      }
      if (request.target() instanceof RestoreTarget.Before before) {
        return before.optime().previous();
      }
      if (request.target() instanceof RestoreTarget.Latest && set.oplog().isPresent()) {
        return set.end();
      }
      throw refused("nothing is archived of replica set " + set.set(), contents.defects());
    }

    private static Optime min(Optime one, Optime other) {
      return one.isBefore(other) ? one : other;
    }

    private SnapshotManifest choose(
        List<SnapshotManifest> candidates, Optime bound, NeededObjects objects) {
      SnapshotChoice choice = new SnapshotChoice(contents);
      List<String> objections = new ArrayList<>();
      List<Defect> defects = new ArrayList<>();
      for (SnapshotManifest candidate : candidates) {
        Optional<String> objection =
            request
                .baseBefore()
                .flatMap(from -> choice.showing(candidate, from))
                .or(() -> choice.objection(candidate, bound));
        if (objection.isPresent()) {
          objections.add(objection.get());
          continue;
        }
        List<Defect> damaged = objects.damaged(candidate);
        if (damaged.isEmpty()) {
          return candidate;
        }
        defects.addAll(damaged);
        warnings.add("snapshot " + candidate.snapshotId() + " is not usable: " + damaged.get(0));
        objections.add("snapshot " + candidate.snapshotId() + " is damaged: " + damaged.get(0));
      }
      // The newest snapshot before the moment says best what is missing.
      String reason =
          objections.stream()
              .filter(text -> !text.contains(" ends at "))
              .findFirst()
              .orElse(objections.get(objections.size() - 1));
      defects.addAll(contents.defects());
      throw refused("%s cannot be restored: %s".formatted(request.target(), reason), defects);
    }

    private SetPlan setPlan(SnapshotSetManifest set, Optime bound) {
      Optional<OplogHistory> history = RestorableRanges.history(contents.histories(), set);
      Optional<OplogRange> covering = history.flatMap(h -> RestorableRanges.range(h, set, bound));
      if (covering.isEmpty()) {
        return new SetPlan(set, set.end(), List.of(), List.of(), set.oplog(), Optional.empty());
      }
      OplogRange range = covering.get();
      boolean whole = range.covers(set.fetchStart(), bound);
      Optime from = whole ? set.fetchStart() : set.end().next();
      List<SegmentIndexEntry> segments =
          range.segments().stream()
              .filter(
                  s ->
                      !new Optime(s.getLastTs()).isBefore(from)
                          && !new Optime(s.getFirstTs()).isAfter(bound))
              .toList();
      List<SegmentIndexEntry> beyond =
          range.segments().stream().filter(s -> new Optime(s.getFirstTs()).isAfter(bound)).toList();
      Optime archivedTo =
          range.segments().isEmpty()
              ? Optime.ZERO
              : new Optime(range.segments().get(range.segments().size() - 1).getLastTs());
      Optime cut =
          new TargetResolver(index.store(), history.orElseThrow(), warnings)
              .lastEntryUpTo(range, bound)
              .filter(last -> last.isAfter(set.end()))
              .orElse(set.end());
      return new SetPlan(
          set,
          cut,
          segments,
          beyond,
          whole ? Optional.empty() : set.oplog(),
          bound.isAfter(archivedTo) ? range.tail() : Optional.empty());
    }

    private void warnOfForeignSets(SnapshotManifest snapshot) {
      for (ReplicaSetRef set : contents.histories().keySet()) {
        if (snapshot.set(set).isEmpty()) {
          warnings.add(
              "replica set %s is in the archive, but not in snapshot %s, and is not restored"
                  .formatted(set, snapshot.snapshotId()));
        }
      }
    }

    private TargetUnreachableException refused(String reason, List<Defect> defects) {
      return new TargetUnreachableException(
          reason, index.store().location(), contents.restorable(), defects);
    }
  }
}
