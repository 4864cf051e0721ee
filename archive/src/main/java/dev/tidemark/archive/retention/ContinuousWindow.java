package dev.tidemark.archive.retention;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.OplogHistory;
import dev.tidemark.archive.plan.OplogRange;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The moments that all stay restorable: those from {@code start} on.
 *
 * <p>A cluster can be restored to a moment once the oplog of every one of its replica sets is
 * archived up to it. So the window reaches back from the newest entry of the set that is furthest
 * behind, and it has no end: what the other sets have archived since becomes restorable when that
 * set catches up. Time stands still while a set does.
 *
 * <p>A set that left the cluster holds nothing up: a full snapshot that can be restored, and that
 * ended after the set's newest entry, was taken without it.
 *
 * @param start the first moment
 * @param behind the set that is furthest behind, if others are further
 * @param left ids of the replica sets that left the cluster
 */
record ContinuousWindow(Instant start, Optional<Behind> behind, Set<String> left) {

  /** Sets are hardly ever archived up to the same second; that is not worth a word. */
  private static final Duration WORTH_NAMING = Duration.ofHours(1);

  /**
   * A set that the others wait for.
   *
   * @param newest when its newest archived entry was written
   */
  record Behind(ReplicaSetRef set, Instant newest) {}

  static ContinuousWindow of(Holdings holdings, Duration length, Instant now) {
    Map<ReplicaSetRef, Instant> ends = new LinkedHashMap<>();
    Set<String> left = new HashSet<>();
    holdings
        .contents()
        .histories()
        .forEach(
            (set, history) ->
                newest(holdings, set, history)
                    .ifPresent(
                        newest -> {
                          if (hasLeft(holdings, set, newest)) {
                            left.add(set.setId());
                          } else if (isInAnySnapshot(holdings, set)) {
                            ends.put(set, earlier(instant(newest), now));
                          }
                        }));
    Optional<Behind> last =
        ends.entrySet().stream()
            .min(Map.Entry.comparingByValue())
            .map(entry -> new Behind(entry.getKey(), entry.getValue()));
    Instant first = ends.values().stream().max(Comparator.naturalOrder()).orElse(now);
    return new ContinuousWindow(
        last.map(Behind::newest).orElse(now).minus(length),
        last.filter(set -> set.newest().plus(WORTH_NAMING).isBefore(first)),
        left);
  }

  /** How far a set is archived; one without any segment is as far as its newest snapshot. */
  private static Optional<Optime> newest(
      Holdings holdings, ReplicaSetRef set, OplogHistory history) {
    return history
        .newest()
        .map(OplogRange::complete)
        .or(
            () ->
                holdings.contents().snapshots().stream()
                    .flatMap(snapshot -> snapshot.set(set).stream())
                    .map(SnapshotSetManifest::end)
                    .max(Comparator.naturalOrder()));
  }

  private static boolean hasLeft(Holdings holdings, ReplicaSetRef set, Optime newest) {
    return holdings.good().stream()
        .filter(snapshot -> snapshot.kind() == SnapshotKind.FULL)
        .filter(snapshot -> Holdings.end(snapshot).isAfter(newest))
        .max(Comparator.comparing(Holdings::end))
        .filter(snapshot -> snapshot.set(set).isEmpty())
        .isPresent();
  }

  /** A set without a snapshot cannot be restored to any moment yet. */
  private static boolean isInAnySnapshot(Holdings holdings, ReplicaSetRef set) {
    return holdings.contents().snapshots().stream().anyMatch(s -> s.set(set).isPresent());
  }

  private static Instant instant(Optime optime) {
    return Instant.ofEpochSecond(optime.seconds());
  }

  /** The clock of a set may be ahead. */
  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** Whether everything of a snapshot was read before the window. */
  boolean isAfter(SnapshotManifest snapshot) {
    return instant(Holdings.end(snapshot)).isBefore(start);
  }

  /** Whether the window begins at a moment or before it. */
  boolean contains(Optime optime) {
    return !instant(optime).isBefore(start);
  }

  /** For reasons: which window it is, and what it waits for. */
  String describe() {
    return "the window in which every moment is kept"
        + behind
            .map(set -> "; it waits for " + set.set() + ", archived up to " + set.newest())
            .orElse("");
  }
}
