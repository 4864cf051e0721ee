package dev.tidemark.cli.archive;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;

/** Sums over a snapshot. */
final class Snapshots {

  private Snapshots() {}

  private static DocumentSum.Digest digest(SnapshotManifest snapshot) {
    return snapshot.sets().stream()
        .map(SnapshotSetManifest::digest)
        .reduce(DocumentSum.Digest.EMPTY, DocumentSum.Digest::plus);
  }

  static long documents(SnapshotManifest snapshot) {
    return digest(snapshot).count();
  }

  static long dataBytes(SnapshotManifest snapshot) {
    return digest(snapshot).bytes();
  }

  static long storedBytes(SnapshotManifest snapshot) {
    return snapshot.objects().stream().mapToLong(StoredObject::bytes).sum();
  }
}
