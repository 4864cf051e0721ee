package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.UnitSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Compresses the documents of one unit and appends them to their collection's object when the unit
 * is complete. Units are many and often small, so a compressor lives only while it works. Used by
 * one thread.
 */
final class SnapshotUnit implements UnitSink {

  /** Compressed at a time. */
  private static final int CHUNK_BYTES = 1 << 20;

  private final AppendedObject object;
  private final Compression compression;
  private final RangeSpool spool;
  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();

  SnapshotUnit(AppendedObject object, Compression compression, Path spoolDirectory) {
    this.object = object;
    this.compression = compression;
    this.spool = new RangeSpool(spoolDirectory);
  }

  @Override
  public void write(BsonSlice document) throws IOException {
    chunk.write(document.array(), document.offset(), document.length());
    if (chunk.size() >= CHUNK_BYTES) {
      compress();
    }
  }

  private void compress() throws IOException {
    byte[] piece = compression.compressed(chunk.toByteArray());
    spool.write(piece, 0, piece.length);
    chunk.reset();
  }

  @Override
  public void complete(DocumentSum.Digest digest) throws IOException {
    if (chunk.size() > 0 || spool.size() == 0) {
      compress();
    }
    spool.close();
    object.append(spool, digest);
  }

  @Override
  public void close() throws IOException {
    spool.discard();
  }
}
