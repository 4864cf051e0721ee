package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.archive.store.ForwardingObjectStore;
import dev.tidemark.archive.store.MultipartUpload;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.PutResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A store whose objects are encrypted before they leave the process. Sizes and ranges are those of
 * the plain content. An object is bound to its key, so that one that was swapped is noticed.
 *
 * <p>Thread-safe. Large objects are encrypted into a temporary file first, because a put has to
 * send the same bytes when it is repeated.
 */
final class EncryptedObjectStore extends ForwardingObjectStore {

  private static final int IN_MEMORY_BYTES = 1024 * 1024;

  private final KeyWrapper wrapper;
  private final DataKeys keys;
  private final int partBytes;

  /**
   * @param store closed with the new store, as is {@code wrapper}
   * @param partBytes size of the parts in which large objects are uploaded
   */
  EncryptedObjectStore(ObjectStore store, KeyWrapper wrapper, int partBytes) {
    super(store);
    this.wrapper = wrapper;
    this.keys = new DataKeys(wrapper);
    this.partBytes = partBytes;
  }

  private String where(String key) {
    return location() + "/" + key;
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    if (content.size() <= IN_MEMORY_BYTES) {
      ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
      encrypt(key, content, encrypted);
      return delegate().put(key, ObjectContent.of(encrypted.toByteArray()), condition);
    }
    Path file = null;
    try {
      file = Files.createTempFile("tidemark-encrypted", null);
      try (OutputStream out = Files.newOutputStream(file)) {
        encrypt(key, content, out);
      }
      return delegate().put(key, ObjectContent.of(file), condition);
    } catch (IOException e) {
      throw diskFailed(key, e);
    } finally {
      deleteTemporary(key, file);
    }
  }

  private void deleteTemporary(String key, Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw diskFailed(key, e);
    }
  }

  private ArchiveException diskFailed(String key, IOException e) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_DISK_FAILED,
        "the object cannot be encrypted: " + e.getMessage(),
        where(key),
        "Check the free space where temporary files go (java.io.tmpdir)",
        e);
  }

  private void encrypt(String key, ObjectContent content, OutputStream out) {
    try (InputStream in = content.open();
        OutputStream encrypting = encrypting(key, out)) {
      in.transferTo(encrypting);
    } catch (IOException e) {
      throw diskFailed(key, e);
    }
  }

  /** Writes the envelope, and gives the stream that encrypts what follows. */
  private OutputStream encrypting(String key, OutputStream out) throws IOException {
    DataKeys.Current current = keys.current();
    out.write(current.envelope());
    try {
      return current
          .cipher()
          .newEncryptingStream(out, DataKeys.associatedData(current.envelope(), key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encrypting with a fresh data key cannot fail", e);
    }
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return delegate().head(key).map(EncryptedObjectStore::plain);
  }

  private static ObjectInfo plain(ObjectInfo stored) {
    return new ObjectInfo(
        stored.key(), CipherLayout.plainSize(stored.size()), stored.etag(), stored.lastModified());
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String startAfter) {
    return delegate().list(prefix, startAfter).map(EncryptedObjectStore::plain);
  }

  @Override
  public byte[] read(String key) {
    byte[] stored = delegate().read(key);
    byte[] front = Arrays.copyOf(stored, Math.min(stored.length, CipherLayout.FRONT_BYTES));
    PieceReader pieces = new PieceReader(keys, front, stored.length, key, where(key));
    return pieces.decrypt(0, Arrays.copyOfRange(stored, CipherLayout.FRONT_BYTES, stored.length));
  }

  @Override
  public byte[] read(String key, ByteRange range) {
    return new EncryptedRange(delegate(), keys, key, where(key)).read(range);
  }

  @Override
  public InputStream open(String key) {
    EncryptedRange object = new EncryptedRange(delegate(), keys, key, where(key));
    return new DecryptingInputStream(object, 0, object.plainSize());
  }

  @Override
  public InputStream open(String key, ByteRange range) {
    EncryptedRange object = new EncryptedRange(delegate(), keys, key, where(key));
    long end = Math.min(object.plainSize(), range.offset() + range.length());
    return new DecryptingInputStream(object, range.offset(), end);
  }

  @Override
  public MultipartUpload startUpload(String key) {
    return new EncryptedUpload(
        delegate().startUpload(key), partBytes, key, out -> encrypting(key, out), where(key));
  }

  @Override
  public void close() {
    super.close();
    wrapper.close();
  }
}
