package dev.tidemark.archive.retention;

import dev.tidemark.archive.index.IndexedSegment;
import dev.tidemark.archive.index.RemovedSpan;
import dev.tidemark.archive.index.RemovedSpans;
import dev.tidemark.archive.index.SetIndex;
import dev.tidemark.archive.index.Tombstone;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.plan.OplogBreak;
import dev.tidemark.archive.plan.OplogHistory;
import dev.tidemark.archive.retention.Decision.Subject;
import dev.tidemark.archive.retention.Decision.Verdict;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.UnfinishedSnapshots;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.oplog.optime.Optime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what may be deleted. Pure: it reads nothing and deletes nothing.
 *
 * <p>Kept is whatever a restore to any moment of the {@linkplain ContinuousWindow continuous
 * window} needs or will need once every set has caught up, every snapshot that is young enough with
 * what makes it restorable at its END, and always the newest good snapshot.
 */
public final class RetentionPlanner {

  private final RetentionPolicy policy;
  private final Instant now;

  public RetentionPlanner(RetentionPolicy policy, Instant now) {
    this.policy = policy;
    this.now = now;
  }

  List<Decision> decide(Holdings holdings) {
    ContinuousWindow window = ContinuousWindow.of(holdings, policy.continuous(), now);
    List<Decision> decisions = new ArrayList<>();
    KeptSnapshots kept = new KeptSnapshots(policy, now, window, holdings);
    for (SnapshotManifest snapshot : holdings.contents().snapshots()) {
      decisions.add(kept.decide(snapshot));
    }
    holdings.unfinished().forEach((id, objects) -> decisions.add(unfinished(id, objects)));
    holdings.work().forEach((restore, objects) -> decisions.add(work(restore, objects, holdings)));
    for (SetIndex set : holdings.contents().indexes().values()) {
      decisions.addAll(segments(set, new NeededOplog(kept, set.set(), window), holdings));
      decisions.addAll(damaged(set));
    }
    holdings.tombstones().forEach((key, stone) -> decisions.add(buried(key, stone, holdings)));
    return decisions;
  }

  /**
   * What retention would have removed, if the list of what it did remove is lost: every hole that
   * no kept moment needs.
   */
  RemovedSpans holesNotNeeded(Holdings holdings, ReplicaSetRef set) {
    ContinuousWindow window = ContinuousWindow.of(holdings, policy.continuous(), now);
    KeptSnapshots kept = new KeptSnapshots(policy, now, window, holdings);
    NeededOplog needed = new NeededOplog(kept, set, window);
    OplogHistory history = holdings.contents().histories().get(set);
    List<RemovedSpan> spans = new ArrayList<>();
    for (int i = 0; i < history.breaks().size(); i++) {
      OplogBreak hole = history.breaks().get(i);
      Optime first = hole.after().next();
      Optime last = new Optime(history.ranges().get(i + 1).segments().get(0).getPrevTs());
      if (hole.cause() == OplogBreak.Cause.LOST
          && !last.isBefore(first)
          && needed.reason(first, last).isEmpty()) {
        spans.add(new RemovedSpan(hole.after().value(), first.value(), last.value()));
      }
    }
    return new RemovedSpans(spans);
  }

  private static List<Decision> damaged(SetIndex set) {
    return set.defects().stream()
        .flatMap(
            defect ->
                switch (defect.kind()) {
                  case TOMBSTONE_CORRUPT ->
                      Stream.of(
                          replace(
                              Subject.TOMBSTONE,
                              defect.where(),
                              "it cannot be read; what its hour holds is decided anew"));
                  case REMOVED_SPANS_CORRUPT ->
                      Stream.of(
                          replace(
                              Subject.REMOVED_SPANS,
                              defect.where(),
                              "it cannot be read; holes that no kept moment needs count as removed"));
                  default -> Stream.<Decision>empty();
                })
        .toList();
  }

  private static Decision replace(Subject subject, String key, String reason) {
    return new Decision(subject, key, Verdict.REPLACE, reason, List.of(key), 0);
  }

  private Decision unfinished(String id, List<ObjectInfo> objects) {
    Instant newest = UnfinishedSnapshots.lastWritten(objects);
    boolean givenUp = newest.plus(policy.unfinished()).isBefore(now);
    return new Decision(
        Subject.UNFINISHED_SNAPSHOT,
        id,
        givenUp ? Verdict.DELETE : Verdict.KEEP,
        givenUp
            ? "it has no manifest and was last written at " + newest
            : "it may still be being taken: last written at " + newest,
        objects.stream().map(ObjectInfo::key).toList(),
        objects.stream().mapToLong(ObjectInfo::size).sum());
  }

  private Decision work(String restore, List<ObjectInfo> objects, Holdings holdings) {
    Instant newest = UnfinishedSnapshots.lastWritten(objects);
    boolean running = holdings.isRunning(restore);
    boolean givenUp = !running && newest.plus(policy.unfinished()).isBefore(now);
    String reason = "it was last written at " + newest;
    if (!givenUp) {
      reason = running ? "the restore runs" : "the restore may go on: " + reason;
    }
    return new Decision(
        Subject.RESTORE_WORK,
        restore,
        givenUp ? Verdict.DELETE : Verdict.KEEP,
        reason,
        objects.stream().map(ObjectInfo::key).toList(),
        objects.stream().mapToLong(ObjectInfo::size).sum());
  }

  private static List<Decision> segments(SetIndex set, NeededOplog needed, Holdings holdings) {
    Optional<OptimeHour> newestHour =
        candidates(set).stream().map(RetentionPlanner::hour).max(Comparator.naturalOrder());
    List<Decision> decisions = new ArrayList<>();
    List<IndexedSegment> group = new ArrayList<>();
    Optional<String> groupReason = Optional.empty();
    for (IndexedSegment segment : candidates(set)) {
      Optional<String> reason =
          hour(segment).equals(newestHour.orElseThrow())
              ? Optional.of("they are in the newest hour, where the archiver goes on")
              : needed.reason(segment.entry());
      if (reason.isEmpty()) {
        reason =
            Optional.ofNullable(holdings.pinnedBy(segment.entry().getObjectKey()))
                .map(restore -> "the restore " + restore + " reads them");
      }
      if (!group.isEmpty() && !reason.equals(groupReason)) {
        decisions.add(decision(set.set(), group, groupReason));
        group.clear();
      }
      groupReason = reason;
      group.add(segment);
    }
    if (!group.isEmpty()) {
      decisions.add(decision(set.set(), group, groupReason));
    }
    return decisions;
  }

  /** Also those that an unreadable tombstone may name: whether it does makes no difference. */
  private static List<IndexedSegment> candidates(SetIndex set) {
    return Stream.concat(set.segments().stream(), set.unclear().segments().stream())
        .sorted(
            Comparator.comparing(
                    (IndexedSegment s) -> s.entry().getFirstTs(), Long::compareUnsigned)
                .thenComparing(s -> s.entry().getObjectKey()))
        .toList();
  }

  private static OptimeHour hour(IndexedSegment segment) {
    return SegmentKey.parse(segment.entry().getObjectKey()).orElseThrow().hour();
  }

  private static Decision decision(
      ReplicaSetRef set, List<IndexedSegment> group, Optional<String> reason) {
    Optime first = new Optime(group.get(0).entry().getFirstTs());
    Optime last = new Optime(group.get(group.size() - 1).entry().getLastTs());
    return new Decision(
        Subject.SEGMENTS,
        "%s %s to %s (%d)".formatted(set, first, last, group.size()),
        reason.isPresent() ? Verdict.KEEP : Verdict.BURY,
        reason.orElse("no moment that is kept needs them"),
        group.stream().map(s -> s.entry().getObjectKey()).toList(),
        group.stream().mapToLong(s -> s.object().size()).sum());
  }

  private Decision buried(String key, Tombstone tombstone, Holdings holdings) {
    Map<String, Long> sizes = holdings.buriedBytes();
    List<String> left = tombstone.keys().stream().filter(sizes::containsKey).toList();
    Optional<String> pin = left.stream().map(holdings::pinnedBy).filter(p -> p != null).findFirst();
    boolean due = !tombstone.deleteAfter().isAfter(now);
    String reason;
    if (!due) {
      Duration wait = Duration.between(now, tombstone.deleteAfter());
      reason =
          "%s; deleted after %s, in %d h"
              .formatted(tombstone.reason(), tombstone.deleteAfter(), wait.toHours());
    } else {
      reason =
          pin.map(restore -> "the restore " + restore + " still reads some of them")
              .orElse(tombstone.reason() + ", and the grace is over");
    }
    return new Decision(
        Subject.BURIED_SEGMENTS,
        key,
        due && pin.isEmpty() ? Verdict.DELETE : Verdict.KEEP,
        reason,
        left,
        left.stream().mapToLong(sizes::get).sum());
  }
}
