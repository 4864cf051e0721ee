package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ObjectStore;

/** A key is set: it has to be the archive's, and an empty archive becomes encrypted with it. */
final class MatchingKeyCheck implements KeyCheck {

  private final ObjectStore store;
  private final KeyWrapper wrapper;
  private volatile boolean known;

  MatchingKeyCheck(ObjectStore store, KeyWrapper wrapper) {
    this.store = store;
    this.wrapper = wrapper;
  }

  @Override
  public void beforeReading() {
    if (!known) {
      check(false);
    }
  }

  @Override
  public void beforeWriting() {
    if (!known) {
      check(true);
    }
  }

  private synchronized void check(boolean writes) {
    if (known) {
      return;
    }
    if (!EncryptionMarker.isThere(store)) {
      requireEmpty();
      if (!writes) {
        // Nothing is there yet that a key could be wrong for.
        return;
      }
      EncryptionMarker.put(store, wrapper);
    }
    EncryptionMarker.requireKey(store, wrapper);
    known = true;
  }

  private void requireEmpty() {
    if (!store.folders("").isEmpty()) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_KEY_WRONG,
          "the archive is not encrypted, but a key is set",
          store.location(),
          "Remove the archive.encryption settings, or name a folder that is empty or holds "
              + EncryptionMarker.KEY);
    }
  }
}
