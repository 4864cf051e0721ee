package dev.tidemark.archive.store;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Counts what is asked of another store. Thread-safe. */
public final class RecordingStore extends ForwardingObjectStore {

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong bytesRead = new AtomicLong();

  public RecordingStore(ObjectStore store) {
    super(store);
  }

  /** Forgets what was asked so far. */
  public void forget() {
    requests.clear();
    bytesRead.set(0);
  }

  public long bytesRead() {
    return bytesRead.get();
  }

  /** One line a request, in order. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private byte[] count(byte[] bytes) {
    bytesRead.addAndGet(bytes.length);
    return bytes;
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    requests.add("put " + key);
    return super.put(key, content, condition);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    requests.add("head " + key);
    return super.head(key);
  }

  @Override
  public byte[] read(String key) {
    requests.add("read " + key);
    return count(super.read(key));
  }

  @Override
  public byte[] read(String key, ByteRange range) {
    requests.add("read " + key + " " + range.offset() + "+" + range.length());
    return count(super.read(key, range));
  }

  @Override
  public InputStream open(String key) {
    requests.add("open " + key);
    return super.open(key);
  }

  @Override
  public InputStream open(String key, ByteRange range) {
    requests.add("open " + key + " " + range.offset() + "+" + range.length());
    return super.open(key, range);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String startAfter) {
    requests.add("list " + prefix);
    return super.list(prefix, startAfter);
  }

  @Override
  public List<String> folders(String prefix) {
    requests.add("folders " + prefix);
    return super.folders(prefix);
  }

  @Override
  public void delete(String key) {
    requests.add("delete " + key);
    super.delete(key);
  }

  @Override
  public MultipartUpload startUpload(String key) {
    requests.add("upload " + key);
    return super.startUpload(key);
  }
}
