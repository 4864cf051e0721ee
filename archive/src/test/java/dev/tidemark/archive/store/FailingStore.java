package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;

/** Another store that stops to take changes after a while, as if the process had been killed. */
public final class FailingStore extends ForwardingObjectStore {

  private int changesLeft;

  public FailingStore(ObjectStore store, int changesLeft) {
    super(store);
    this.changesLeft = changesLeft;
  }

  /** Whether all changes went through. */
  public boolean survived() {
    return changesLeft >= 0;
  }

  private void change(String key) {
    if (--changesLeft < 0) {
      throw new ArchiveException(ArchiveError.ARCHIVE_UNAVAILABLE, "killed", key, "");
    }
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    change(key);
    return super.put(key, content, condition);
  }

  @Override
  public void delete(String key) {
    change(key);
    super.delete(key);
  }

  @Override
  public MultipartUpload startUpload(String key) {
    change(key);
    return super.startUpload(key);
  }
}
