package dev.tidemark.restorer.restore;

import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.restorer.rollforward.ListedBase;
import java.util.Map;

/**
 * The bases that lie on a target and are to be rolled forward.
 *
 * @param snapshot the same as if it were a snapshot that a restore starts from
 * @param bySet what each of them holds, by the names of the replica sets
 */
record HeldBases(SnapshotManifest snapshot, Map<String, ListedBase> bySet) {

  HeldBases {
    bySet = Map.copyOf(bySet);
  }
}
