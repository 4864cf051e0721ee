package dev.tidemark.archive.retention;

import dev.tidemark.archive.plan.RestorableRange;
import dev.tidemark.archive.plan.RestorableRanges;
import dev.tidemark.archive.retention.Decision.Subject;
import dev.tidemark.archive.retention.Decision.Verdict;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.oplog.optime.Optime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which snapshots are kept, and why. */
final class KeptSnapshots {

  private final Holdings holdings;
  private final Duration age;
  private final Map<SnapshotManifest, String> reasons = new LinkedHashMap<>();
  private final Set<SnapshotManifest> bases = new HashSet<>();
  private final Instant windowStart;
  private final boolean anyGood;

  KeptSnapshots(RetentionPolicy policy, Instant now, Instant windowStart, Holdings holdings) {
    this.holdings = holdings;
    this.age = policy.snapshots();
    this.windowStart = windowStart;
    List<SnapshotManifest> good =
        holdings.contents().snapshots().stream().filter(s -> reach(s).isPresent()).toList();
    this.anyGood = !good.isEmpty();
    // What lies outside may be gone without anybody telling, so the archive keeps one of its own.
    base(good).ifPresent(bases::add);
    base(inside(good)).ifPresent(bases::add);
    for (SnapshotManifest snapshot : holdings.contents().snapshots()) {
      reason(snapshot, good, now).ifPresent(reason -> reasons.put(snapshot, reason));
    }
  }

  /**
   * The newest snapshot from which the whole window can be restored. One that ends within the
   * window's first second may end after moments of it.
   */
  private Optional<SnapshotManifest> base(List<SnapshotManifest> good) {
    return good.stream()
        .filter(s -> end(s).isBefore(windowStart))
        .filter(s -> !instant(reach(s).orElseThrow().to()).isBefore(windowStart))
        .max(Comparator.comparing(s -> reach(s).orElseThrow().from()));
  }

  private static List<SnapshotManifest> inside(List<SnapshotManifest> snapshots) {
    return snapshots.stream().filter(s -> !s.isExternal()).toList();
  }

  private Optional<RestorableRange> reach(SnapshotManifest snapshot) {
    return holdings.damaged().contains(snapshot.snapshotId())
        ? Optional.empty()
        : RestorableRanges.reach(snapshot, holdings.contents().histories());
  }

  private static Instant instant(Optime optime) {
    return Instant.ofEpochSecond(optime.seconds());
  }

  private static Instant end(SnapshotManifest snapshot) {
    return snapshot.sets().stream()
        .map(set -> instant(set.end()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private Optional<String> reason(
      SnapshotManifest snapshot, List<SnapshotManifest> good, Instant now) {
    if (isNewest(snapshot, good)) {
      return Optional.of("it is the newest good snapshot, which is never deleted");
    }
    if (isNewest(snapshot, inside(good))) {
      return Optional.of("it is the newest good snapshot inside the archive");
    }
    if (bases.contains(snapshot)) {
      return Optional.of("the moments from " + windowStart + " on begin with it");
    }
    if (!end(snapshot).isBefore(windowStart)) {
      return Optional.of("it lies in the window in which every moment is kept");
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

  private boolean isNewest(SnapshotManifest snapshot, List<SnapshotManifest> good) {
    return good.stream()
        .max(Comparator.comparing(s -> reach(s).orElseThrow().from()))
        .map(snapshot::equals)
        .orElse(false);
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
    return bases.contains(snapshot) || !end(snapshot).isBefore(windowStart);
  }
}
