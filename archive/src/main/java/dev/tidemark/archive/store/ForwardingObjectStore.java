package dev.tidemark.archive.store;

import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Another store, for decorators that change a part of it. */
public abstract class ForwardingObjectStore implements ObjectStore {

  private final ObjectStore delegate;

  protected ForwardingObjectStore(ObjectStore delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  protected final ObjectStore delegate() {
    return delegate;
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    return delegate.put(key, content, condition);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return delegate.head(key);
  }

  @Override
  public byte[] read(String key) {
    return delegate.read(key);
  }

  @Override
  public byte[] read(String key, ByteRange range) {
    return delegate.read(key, range);
  }

  @Override
  public InputStream open(String key) {
    return delegate.open(key);
  }

  @Override
  public InputStream open(String key, ByteRange range) {
    return delegate.open(key, range);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String startAfter) {
    return delegate.list(prefix, startAfter);
  }

  @Override
  public List<String> folders(String prefix) {
    return delegate.folders(prefix);
  }

  @Override
  public void delete(String key) {
    delegate.delete(key);
  }

  @Override
  public MultipartUpload startUpload(String key) {
    return delegate.startUpload(key);
  }

  @Override
  public String location() {
    return delegate.location();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
