package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import java.util.Arrays;

/** Reads plain ranges of one encrypted object. Not thread-safe. */
final class EncryptedRange {

  private final ObjectStore store;
  private final String key;
  private final long storedSize;
  private final PieceReader pieces;

  EncryptedRange(ObjectStore store, DataKeys keys, String key, String where) {
    this.store = store;
    this.key = key;
    // Which piece is the last one is part of what is authenticated.
    this.storedSize =
        store
            .head(key)
            .map(ObjectInfo::size)
            .orElseThrow(
                () ->
                    new ArchiveException(
                        ArchiveError.ARCHIVE_OBJECT_MISSING,
                        "the object does not exist",
                        where,
                        "Run tidemark verify to see what is missing"));
    byte[] front = store.read(key, new ByteRange(0, CipherLayout.FRONT_BYTES));
    this.pieces = new PieceReader(keys, front, storedSize, key, where);
    if (plainSize() == 0) {
      // Nothing will be read that could prove that there is nothing.
      pieces.decrypt(0, rest());
    }
  }

  private byte[] rest() {
    long length = storedSize - CipherLayout.FRONT_BYTES;
    return length <= 0
        ? new byte[0]
        : store.read(key, new ByteRange(CipherLayout.FRONT_BYTES, length));
  }

  long plainSize() {
    return CipherLayout.plainSize(storedSize);
  }

  /** As {@link ObjectStore#read(String, ByteRange)}. */
  byte[] read(ByteRange range) {
    long end = Math.min(plainSize(), range.offset() + range.length());
    if (range.offset() >= end) {
      return new byte[0];
    }
    long first = CipherLayout.pieceOf(range.offset());
    long last = CipherLayout.pieceOf(end - 1);
    long from = CipherLayout.storedStart(first);
    long to = CipherLayout.storedEnd(last, storedSize);
    byte[] plain = pieces.decrypt(first, store.read(key, new ByteRange(from, to - from)));
    int start = (int) (range.offset() - CipherLayout.plainStart(first));
    return Arrays.copyOfRange(
        plain, start, (int) Math.min(plain.length, end - CipherLayout.plainStart(first)));
  }
}
