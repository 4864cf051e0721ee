package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.snapshot.Decompression;
import dev.tidemark.archive.snapshot.SnapshotOplog;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.OplogSource;
import java.io.IOException;

/**
 * The entries that a snapshot brings along.
 *
 * @param store the archive
 * @param oplog the object with the entries
 */
record SnapshotOplogSource(ObjectStore store, SnapshotOplog oplog) implements OplogSource {

  @Override
  public String location() {
    return store.location() + "/" + oplog.object().key();
  }

  @Override
  public DocumentStream open(Optime from) throws IOException {
    return new DocumentReader(Decompression.open(store.open(oplog.object().key())), location());
  }
}
