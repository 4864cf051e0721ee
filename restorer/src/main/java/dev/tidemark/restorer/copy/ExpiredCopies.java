package dev.tidemark.restorer.copy;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.UnfinishedSnapshots;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which copies have had their time. The newest one of a cluster never has: where snapshots fail, it
 * is the last that is at hand.
 */
final class ExpiredCopies {

  /** A copy that is being made shows signs of life sooner. */
  private static final Duration UNFINISHED = Duration.ofDays(1);

  private final ObjectStore copies;
  private final Duration kept;

  ExpiredCopies(ObjectStore copies, Duration kept) {
    this.copies = copies;
    this.kept = kept;
  }

  /**
   * Deletes them, each with its manifest first, so that none is left that could be taken for good.
   *
   * @return the ids of what was deleted
   */
  List<String> delete(Instant now) {
    List<String> deleted = new ArrayList<>();
    for (String cluster : copies.folders("")) {
      if (ObjectKeys.isName(cluster)) {
        ObjectKeys keys = new ObjectKeys(cluster);
        for (String id : expired(keys, now)) {
          delete(keys, id);
          deleted.add(id);
        }
      }
    }
    return deleted;
  }

  private List<String> expired(ObjectKeys keys, Instant now) {
    List<SnapshotManifest> complete =
        new SnapshotCatalogue(copies, keys)
            .list().stream()
                .flatMap(listed -> listed.manifest().stream())
                .sorted(Comparator.comparing(SnapshotManifest::completedAt))
                .toList();
    List<String> expired = new ArrayList<>();
    complete.stream()
        .limit(Math.max(0, complete.size() - 1))
        .filter(manifest -> manifest.completedAt().plus(kept).isBefore(now))
        .forEach(manifest -> expired.add(manifest.snapshotId()));
    UnfinishedSnapshots.find(copies, keys)
        .forEach(
            (id, objects) -> {
              if (UnfinishedSnapshots.lastWritten(objects).plus(UNFINISHED).isBefore(now)) {
                expired.add(id);
              }
            });
    return expired;
  }

  private void delete(ObjectKeys keys, String id) {
    copies.delete(keys.manifest(id));
    List<String> rest;
    try (Stream<ObjectInfo> objects = copies.list(keys.snapshotPrefix(id))) {
      rest = objects.map(ObjectInfo::key).toList();
    }
    rest.forEach(copies::delete);
  }
}
