package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ObjectStore;

/** No key is set: an encrypted archive can neither be read nor be written. */
final class NoKeyCheck implements KeyCheck {

  private final ObjectStore store;
  private volatile boolean known;

  NoKeyCheck(ObjectStore store) {
    this.store = store;
  }

  @Override
  public void beforeReading() {
    if (known) {
      return;
    }
    if (EncryptionMarker.isThere(store)) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_KEY_WRONG,
          "the archive is encrypted, but no key is set",
          store.location(),
          "Set archive.encryption.keyset.file or archive.encryption.kms.key.id, for a command in the"
              + " file that --config names");
    }
    known = true;
  }

  @Override
  public void beforeWriting() {
    beforeReading();
  }
}
