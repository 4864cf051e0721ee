package dev.tidemark.restorer.drill;

import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoredNamespace;

/**
 * What a drill showed.
 *
 * @param restore the last status of its restore
 * @param rpoMillis how long the newest write could still have been lost; -1 if not measured
 */
record Restored(RestoreStatus restore, long rpoMillis) {

  String snapshotId() {
    return restore.getPlan() == null ? "" : restore.getPlan().getSnapshotId();
  }

  String reached() {
    return restore.getReached().isEmpty() ? "" : restore.getReached().get(0).getOptime();
  }

  long documents() {
    return restore.getNamespaces().stream().mapToLong(RestoredNamespace::getDocuments).sum();
  }
}
