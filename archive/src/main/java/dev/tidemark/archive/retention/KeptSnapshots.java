package dev.tidemark.archive.retention;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.OplogHistory;
import dev.tidemark.archive.plan.RestorableRanges;
import dev.tidemark.archive.retention.Decision.Subject;
import dev.tidemark.archive.retention.Decision.Verdict;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which snapshots are kept, and why. */
final class KeptSnapshots {

  private static final Comparator<SnapshotManifest> BY_END =
      Comparator.comparing(Holdings::end)
          .thenComparing(SnapshotManifest::completedAt)
          .thenComparing(SnapshotManifest::snapshotId);

  private final Holdings holdings;
  private final Duration age;
  private final ContinuousWindow window;
  private final Map<SnapshotManifest, String> reasons = new LinkedHashMap<>();
  private final List<SnapshotManifest> bases;
  private final boolean anyGood;

  KeptSnapshots(RetentionPolicy policy, Instant now, ContinuousWindow window, Holdings holdings) {
    this.holdings = holdings;
    this.age = policy.snapshots();
    this.window = window;
    List<SnapshotManifest> good = holdings.good();
    this.anyGood = !good.isEmpty();
    this.bases = withoutReplaced(leadingToTheWindow(), set -> true);
    List<SnapshotManifest> newest =
        withoutReplaced(good, set -> !window.left().contains(set.setId()));
    for (SnapshotManifest snapshot : holdings.contents().snapshots()) {
      reason(snapshot, good, newest, now).ifPresent(reason -> reasons.put(snapshot, reason));
    }
  }

  /**
   * The snapshots from which the window can be restored. One that ends within the window's first
   * second may end after moments of it. A segment that is lost takes nothing else along: with it,
   * once it is brought back, the snapshot leads to the window again.
   */
  private List<SnapshotManifest> leadingToTheWindow() {
    Map<ReplicaSetRef, OplogHistory> mended = new LinkedHashMap<>();
    holdings.contents().histories().forEach((set, history) -> mended.put(set, history.mended()));
    return holdings.contents().snapshots().stream()
        .filter(holdings::isWhole)
        .filter(window::isAfter)
        .filter(
            snapshot ->
                RestorableRanges.reach(snapshot, mended)
                    .filter(reach -> window.contains(reach.to()))
                    .isPresent())
        .toList();
  }

  /**
   * Leaves out whatever a newer one stands in for. One of a part of the cluster, as a registered
   * base is, stands in for no other part. What lies outside the archive may be gone without anybody
   * telling, so it stands in for nothing inside.
   *
   * @param counts which replica sets a newer one must have, too
   */
  private static List<SnapshotManifest> withoutReplaced(
      List<SnapshotManifest> snapshots, Predicate<ReplicaSetRef> counts) {
    return snapshots.stream()
        .filter(older -> snapshots.stream().noneMatch(newer -> replaces(newer, older, counts)))
        .toList();
  }

  private static boolean replaces(
      SnapshotManifest newer, SnapshotManifest older, Predicate<ReplicaSetRef> counts) {
    return BY_END.compare(newer, older) > 0
        && (older.isExternal() || !newer.isExternal())
        && older.sets().stream()
            .map(SnapshotSetManifest::set)
            .filter(counts)
            .allMatch(set -> newer.set(set).isPresent());
  }

  private Optional<String> reason(
      SnapshotManifest snapshot,
      List<SnapshotManifest> good,
      List<SnapshotManifest> newest,
      Instant now) {
    if (newest.contains(snapshot)) {
      return Optional.of(describeNewest(snapshot, good));
    }
    if (bases.contains(snapshot)) {
      return Optional.of("the moments from " + window.start() + " on begin with it");
    }
    if (!window.isAfter(snapshot)) {
      return Optional.of("it lies in " + window.describe());
    }
    if (!snapshot.completedAt().plus(age).isBefore(now)) {
      return Optional.of("it is not older than " + describe(age));
    }
    for (StoredObject object : snapshot.objects()) {
      String restore = holdings.pinnedBy(object.key());
      if (restore != null) {
        return Optional.of("the restore " + restore + " reads it");
      }
    }
    return good.isEmpty()
        ? Optional.of("there is no good snapshot, so nothing is deleted")
        : Optional.empty();
  }

  private static String describeNewest(SnapshotManifest snapshot, List<SnapshotManifest> good) {
    if (good.stream().noneMatch(other -> BY_END.compare(other, snapshot) > 0)) {
      return "it is the newest good snapshot, which is never deleted";
    }
    if (!snapshot.isExternal()
        && good.stream()
            .filter(other -> !other.isExternal())
            .noneMatch(other -> BY_END.compare(other, snapshot) > 0)) {
      return "it is the newest good snapshot inside the archive";
    }
    return snapshot.sets().stream()
        .map(set -> set.set().toString())
        .collect(Collectors.joining(", ", "it is the newest good snapshot of ", ""));
  }

  private static String describe(Duration duration) {
    return duration.toDays() > 1 ? duration.toDays() + " days" : duration.toHours() + " hours";
  }

  Decision decide(SnapshotManifest snapshot) {
    List<String> keys = new ArrayList<>();
    // Without the manifest the snapshot is gone, whatever happens to the rest.
    keys.add(holdings.contents().keys().manifest(snapshot.snapshotId()));
    snapshot.objects().forEach(object -> keys.add(object.key()));
    Optional<String> reason = Optional.ofNullable(reasons.get(snapshot));
    return new Decision(
        Subject.SNAPSHOT,
        snapshot.snapshotId(),
        reason.isPresent() ? Verdict.KEEP : Verdict.DELETE,
        reason.orElse("it is older than " + describe(age)),
        keys,
        snapshot.objects().stream().mapToLong(StoredObject::bytes).sum());
  }

  /** The snapshots that are kept. */
  List<SnapshotManifest> kept() {
    return List.copyOf(reasons.keySet());
  }

  /** Whether there is a snapshot that can be restored. */
  boolean anyGood() {
    return anyGood;
  }

  /** Whether every moment from a snapshot's END on is to stay restorable. */
  boolean rollsForward(SnapshotManifest snapshot) {
    return bases.contains(snapshot) || !window.isAfter(snapshot);
  }
}
