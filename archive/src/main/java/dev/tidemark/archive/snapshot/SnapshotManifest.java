package dev.tidemark.archive.snapshot;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything a restore has to know of a snapshot. Stored as {@code manifest.json} when all else of
 * the snapshot is stored: a snapshot without it does not exist.
 *
 * @param snapshotId names the snapshot within its cluster
 * @param cluster the deployment's name in the archive
 * @param kind how it came about
 * @param startedAt by the clock of the worker that took it
 * @param completedAt by the same clock
 * @param sets its replica sets; all sets of the deployment
 * @param location where its data lies, in the operator's words, if not in the archive
 */
public record SnapshotManifest(
    String snapshotId,
    String cluster,
    SnapshotKind kind,
    Instant startedAt,
    Instant completedAt,
    List<SnapshotSetManifest> sets,
    Optional<String> location) {

  public SnapshotManifest {
    Objects.requireNonNull(snapshotId, "snapshotId");
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(startedAt, "startedAt");
    Objects.requireNonNull(completedAt, "completedAt");
    Objects.requireNonNull(location, "location");
    sets = List.copyOf(sets);
    if (sets.isEmpty()) {
      throw new IllegalArgumentException("a snapshot has at least one replica set: " + snapshotId);
    }
  }

  /** A snapshot whose data lies in the archive. */
  public SnapshotManifest(
      String snapshotId,
      String cluster,
      SnapshotKind kind,
      Instant startedAt,
      Instant completedAt,
      List<SnapshotSetManifest> sets) {
    this(snapshotId, cluster, kind, startedAt, completedAt, sets, Optional.empty());
  }

  /** Whether its data lies outside the archive, so that only the operator can restore it. */
  public boolean isExternal() {
    return location.isPresent();
  }

  /** The part of one replica set. */
  public Optional<SnapshotSetManifest> set(ReplicaSetRef set) {
    return sets.stream().filter(s -> s.set().setId().equals(set.setId())).findFirst();
  }

  /** Every object the snapshot consists of, the manifest excepted. */
  public List<StoredObject> objects() {
    return sets.stream().flatMap(SnapshotSetManifest::objects).toList();
  }
}
