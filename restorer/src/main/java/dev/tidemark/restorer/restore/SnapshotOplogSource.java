package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.snapshot.SnapshotOplog;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.bson.BsonSlice;
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
  public Cursor open(Optime from) throws IOException {
    DocumentReader reader =
        new DocumentReader(Decompression.open(store.open(oplog.object().key())), location());
    return new Cursor() {
      @Override
      public BsonSlice next() throws IOException {
        return reader.next();
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }
}
