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
 */
public record SnapshotManifest(
    String snapshotId,
    String cluster,
    SnapshotKind kind,
    Instant startedAt,
    Instant completedAt,
    List<SnapshotSetManifest> sets) {

  public SnapshotManifest {
    Objects.requireNonNull(snapshotId, "snapshotId");
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(startedAt, "startedAt");
    Objects.requireNonNull(completedAt, "completedAt");
    sets = List.copyOf(sets);
    if (sets.isEmpty()) {
      throw new IllegalArgumentException("a snapshot has at least one replica set: " + snapshotId);
    }
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
