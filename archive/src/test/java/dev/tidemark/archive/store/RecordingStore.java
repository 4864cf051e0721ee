package dev.tidemark.archive.store;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Counts what is asked of another store. */
public final class RecordingStore implements ObjectStore {

  private final ObjectStore store;
  private final List<String> requests = new ArrayList<>();
  private long bytesRead;

  public RecordingStore(ObjectStore store) {
    this.store = store;
  }

  /** Forgets what was asked so far. */
  public void forget() {
    requests.clear();
    bytesRead = 0;
  }

  public long bytesRead() {
    return bytesRead;
  }

  /** One line a request, in order. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private byte[] count(byte[] bytes) {
    bytesRead += bytes.length;
    return bytes;
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    requests.add("put " + key);
    return store.put(key, content, condition);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    requests.add("head " + key);
    return store.head(key);
  }

  @Override
  public byte[] read(String key) {
    requests.add("read " + key);
    return count(store.read(key));
  }

  @Override
  public byte[] read(String key, ByteRange range) {
    requests.add("read " + key + " " + range.offset() + "+" + range.length());
    return count(store.read(key, range));
  }

  @Override
  public InputStream open(String key) {
    requests.add("open " + key);
    return store.open(key);
  }

  @Override
  public InputStream open(String key, ByteRange range) {
    requests.add("open " + key + " " + range.offset() + "+" + range.length());
    return store.open(key, range);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String startAfter) {
    requests.add("list " + prefix);
    return store.list(prefix, startAfter);
  }

  @Override
  public List<String> folders(String prefix) {
    requests.add("folders " + prefix);
    return store.folders(prefix);
  }

  @Override
  public void delete(String key) {
    requests.add("delete " + key);
    store.delete(key);
  }

  @Override
  public MultipartUpload startUpload(String key) {
    requests.add("upload " + key);
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
