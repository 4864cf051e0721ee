package dev.tidemark.archive.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import java.util.Objects;

/**
 * The oplog entries that a snapshot brings along.
 *
 * @param object raw entries one after the other, compressed with gzip
 * @param digest over the entries
 */
public record SnapshotOplog(StoredObject object, DocumentSum.Digest digest) {

  public SnapshotOplog {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(digest, "digest");
  }
}
