package dev.tidemark.archive.index;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.ObjectStore;
import java.util.List;
import java.util.Optional;

/**
 * Finds what an archive holds by listing and reading its objects; nothing else is needed.
 * Thread-safe.
 */
public final class ArchiveIndex {

  private final ObjectStore store;
  private final ObjectKeys keys;

  public ArchiveIndex(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /** The clusters that have segments or snapshots in an archive. */
  public static List<String> clusters(ObjectStore store) {
    return store.folders("").stream()
        .filter(ObjectKeys::isName)
        .filter(name -> holdsSomething(store, new ObjectKeys(name)))
        .toList();
  }

  private static boolean holdsSomething(ObjectStore store, ObjectKeys keys) {
    return !store.folders(keys.oplogPrefix()).isEmpty()
        || !store.folders(keys.snapshotsPrefix()).isEmpty();
  }

  /**
   * The keys of the cluster that is meant.
   *
   * @param cluster the cluster's name; empty means the only one there is
   * @throws ArchiveException {@code ARCHIVE_CLUSTER_UNKNOWN} if that is not clear
   */
  public static ObjectKeys cluster(ObjectStore store, Optional<String> cluster) {
    List<String> found = clusters(store);
    if (cluster.isPresent()) {
      if (found.contains(cluster.get())) {
        return new ObjectKeys(cluster.get());
      }
      throw new ArchiveException(
          ArchiveError.ARCHIVE_CLUSTER_UNKNOWN,
          "the archive holds nothing of cluster '" + cluster.get() + "'",
          store.location(),
          found.isEmpty()
              ? "Check the archive's URL: nothing of Tidemark's is there"
              : "Name one of: " + String.join(", ", found));
    }
    if (found.size() != 1) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_CLUSTER_UNKNOWN,
          found.isEmpty() ? "the archive is empty" : "the archive holds several clusters",
          store.location(),
          found.isEmpty()
              ? "Check the archive's URL and prefix"
              : "Name one of: " + String.join(", ", found));
    }
    return new ObjectKeys(found.get(0));
  }

  public ObjectStore store() {
    return store;
  }

  public ObjectKeys keys() {
    return keys;
  }

  /** The replica sets that have segments. */
  public List<ReplicaSetRef> sets() {
    return store.folders(keys.oplogPrefix()).stream()
        .map(ReplicaSetRef::parseFolder)
        .flatMap(Optional::stream)
        .sorted()
        .toList();
  }

  /**
   * All segments of a set: of hours with a roll-up from there, compared with the objects that are
   * listed; of the others from the segments' own headers.
   */
  public SetIndex load(ReplicaSetRef set) {
    try (ParallelReads reads = new ParallelReads()) {
      return new IndexLoad(store, keys, set, reads).run();
    }
  }
}
