package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ForwardingObjectStore;
import dev.tidemark.archive.store.MultipartUpload;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.PutResult;

/**
 * A store without encryption that refuses to write into an encrypted archive: somebody forgot the
 * key. Thread-safe.
 */
public final class PlainObjectStore extends ForwardingObjectStore {

  private volatile boolean checked;

  public PlainObjectStore(ObjectStore store) {
    super(store);
  }

  private void check() {
    if (checked) {
      return;
    }
    if (EncryptionMarker.isThere(delegate())) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_KEY_WRONG,
          "the archive is encrypted, but no key is set",
          location(),
          "Set archive.encryption.keyset.file or archive.encryption.kms.key.id");
    }
    checked = true;
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    check();
    return super.put(key, content, condition);
  }

  @Override
  public MultipartUpload startUpload(String key) {
    check();
    return super.startUpload(key);
  }
}
