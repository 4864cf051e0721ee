package dev.tidemark.archive.crypt;

import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.archive.store.ForwardingObjectStore;
import dev.tidemark.archive.store.MultipartUpload;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.PutResult;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A store that answers only if the archive's encryption and the settings fit. Nobody is asked
 * before the first request, so that a store or a key service that is away is found when there is
 * something to repeat. Thread-safe.
 *
 * <p>Every method throws {@code ARCHIVE_KEY_WRONG} if they do not fit.
 */
public final class GuardedObjectStore extends ForwardingObjectStore {

  private final KeyCheck check;

  private GuardedObjectStore(ObjectStore store, KeyCheck check) {
    super(store);
    this.check = check;
  }

  /** An archive that is read and written as it is: somebody may have forgotten the key. */
  public static ObjectStore plain(ObjectStore store) {
    return new GuardedObjectStore(store, new NoKeyCheck(store));
  }

  /**
   * An archive whose objects are encrypted. Nothing is written before the first put; it makes an
   * empty archive an encrypted one.
   *
   * @param store closed with the new store, as is {@code wrapper}
   * @param partBytes size of the parts in which large objects are uploaded
   */
  public static ObjectStore encrypted(ObjectStore store, KeyWrapper wrapper, int partBytes) {
    return new GuardedObjectStore(
        new EncryptedObjectStore(store, wrapper, partBytes), new MatchingKeyCheck(store, wrapper));
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    check.beforeWriting();
    return super.put(key, content, condition);
  }

  @Override
  public MultipartUpload startUpload(String key) {
    check.beforeWriting();
    return super.startUpload(key);
  }

  @Override
  public void delete(String key) {
    check.beforeReading();
    super.delete(key);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    check.beforeReading();
    return super.head(key);
  }

  @Override
  public byte[] read(String key) {
    check.beforeReading();
    return super.read(key);
  }

  @Override
  public byte[] read(String key, ByteRange range) {
    check.beforeReading();
    return super.read(key, range);
  }

  @Override
  public InputStream open(String key) {
    check.beforeReading();
    return super.open(key);
  }

  @Override
  public InputStream open(String key, ByteRange range) {
    check.beforeReading();
    return super.open(key, range);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String startAfter) {
    check.beforeReading();
    return super.list(prefix, startAfter);
  }

  @Override
  public List<String> folders(String prefix) {
    check.beforeReading();
    return super.folders(prefix);
  }
}
