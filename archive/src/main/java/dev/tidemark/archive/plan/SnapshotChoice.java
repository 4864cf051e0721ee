package dev.tidemark.archive.plan;

import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Optional;

/** Judges whether a snapshot can be rolled forward to an optime. */
final class SnapshotChoice {

  private final ArchiveContents contents;

  SnapshotChoice(ArchiveContents contents) {
    this.contents = contents;
  }

  /** Why a snapshot may show what happened from an optime on; empty if it does not. */
  Optional<String> showing(SnapshotManifest snapshot, Optime from) {
    return snapshot.sets().stream()
        .filter(set -> !set.end().isBefore(from))
        .findFirst()
        .map(
            set ->
                "snapshot %s was read until %s, and what is to be left out begins at %s: an earlier snapshot is needed"
                    .formatted(snapshot.snapshotId(), set.end(), from));
  }

  /** Why a snapshot cannot serve; empty if it can. */
  Optional<String> objection(SnapshotManifest snapshot, Optime bound) {
    for (SnapshotSetManifest set : snapshot.sets()) {
      Optional<String> objection = objection(snapshot, set, bound);
      if (objection.isPresent()) {
        return objection;
      }
    }
    return snapshot
        .location()
        .map(
            location ->
                "snapshot %s would lead there, but lies outside the archive: bring it back from %s by its own means, then roll it forward where it lies (tidemark restore --roll-forward)"
                    .formatted(snapshot.snapshotId(), location));
  }

  private Optional<String> objection(
      SnapshotManifest snapshot, SnapshotSetManifest set, Optime bound) {
    if (set.end().isAfter(bound)) {
      return Optional.of(
          "snapshot %s ends at %s, after %s".formatted(snapshot.snapshotId(), set.end(), bound));
    }
    Optional<OplogHistory> history = RestorableRanges.history(contents.histories(), set);
    if (history.flatMap(h -> RestorableRanges.range(h, set, bound)).isPresent()
        || (set.oplog().isPresent() && set.end().equals(bound))) {
      return Optional.empty();
    }
    return Optional.of(
        "snapshot %s needs the oplog of %s from %s to %s, but %s"
            .formatted(
                snapshot.snapshotId(),
                set.set(),
                set.fetchStart(),
                bound,
                history.map(h -> missing(h, set, bound)).orElse("nothing of it is archived")));
  }

  private static String missing(OplogHistory history, SnapshotSetManifest set, Optime bound) {
    List<OplogBreak> breaks = history.breaksBetween(set.fetchStart(), bound);
    if (!breaks.isEmpty()) {
      return breaks.get(0).describe();
    }
    if (history.ranges().isEmpty()) {
      return "nothing of it is archived";
    }
    OplogRange newest = history.ranges().get(history.ranges().size() - 1);
    return newest.complete().isBefore(bound)
        ? "it is archived only up to " + newest.complete()
        : "it is archived only from " + history.ranges().get(0).completeFrom() + " on";
  }
}
