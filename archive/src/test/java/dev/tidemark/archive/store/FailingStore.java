package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Another store that stops to take changes after a while, as if the process had been killed. */
public final class FailingStore implements ObjectStore {

  private final ObjectStore store;
  private int changesLeft;

  public FailingStore(ObjectStore store, int changesLeft) {
    this.store = store;
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
    return store.put(key, content, condition);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return store.head(key);
  }

  @Override
  public byte[] read(String key) {
    return store.read(key);
  }

  @Override
  public byte[] read(String key, ByteRange range) {
    return store.read(key, range);
  }

  @Override
  public InputStream open(String key) {
    return store.open(key);
  }

  @Override
  public InputStream open(String key, ByteRange range) {
    return store.open(key, range);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String startAfter) {
    return store.list(prefix, startAfter);
  }

  @Override
  public List<String> folders(String prefix) {
    return store.folders(prefix);
  }

  @Override
  public void delete(String key) {
    change(key);
    store.delete(key);
  }

  @Override
  public MultipartUpload startUpload(String key) {
    change(key);
    return store.startUpload(key);
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public void close() {
    store.close();
  }
}
