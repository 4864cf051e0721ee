package dev.tidemark.archive.store;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where an archive lives: a flat map from keys to immutable runs of bytes.
 *
 * <p>Keys are relative to the archive's root, use {@code /} between their parts and have no part
 * that starts with a dot. Reads see every put that was answered before. Thread-safe.
 *
 * <p>Every method throws {@link dev.tidemark.archive.error.ArchiveException}: {@code
 * ARCHIVE_UNAVAILABLE} after its own bounded retries, {@code ARCHIVE_ACCESS_DENIED}, {@code
 * ARCHIVE_OBJECT_MISSING} where an object is read that is not there.
 */
public interface ObjectStore extends AutoCloseable {

  /**
   * Stores a whole object, or nothing: no reader ever sees a part of it. Safe to call again with
   * the same content.
   */
  PutResult put(String key, ObjectContent content, PutCondition condition);

  /** Size and etag; empty if there is no such object. */
  Optional<ObjectInfo> head(String key);

  /** All bytes of a small object, retried as a whole. */
  byte[] read(String key);

  /**
   * Some bytes of an object, retried as a whole. Shorter than the range if the object ends in it,
   * and empty if it ends before it.
   */
  byte[] read(String key, ByteRange range);

  /**
   * All bytes as a stream that goes on where it was when the connection breaks; it fails if the
   * object changes meanwhile. The caller closes it.
   */
  InputStream open(String key);

  /** As {@link #open(String)}, limited to a range. */
  InputStream open(String key, ByteRange range);

  /**
   * Objects whose keys start with the prefix, in the order of their keys' UTF-8 bytes, fetched page
   * by page while the stream is read.
   *
   * @param startAfter only keys after this one; empty for all
   */
  Stream<ObjectInfo> list(String prefix, String startAfter);

  /** As {@link #list(String, String)} from the first key on. */
  default Stream<ObjectInfo> list(String prefix) {
    return list(prefix, "");
  }

  /**
   * The next part of the keys below a prefix, as folders: for the prefix {@code "a/"} and the keys
   * {@code a/b/1} and {@code a/c/2} it is {@code b} and {@code c}. Objects directly below are not
   * folders.
   *
   * @param prefix empty, or ending with a slash
   */
  List<String> folders(String prefix);

  /** Removes an object; that it is not there is no error. */
  void delete(String key);

  /**
   * Starts an object that is put together of parts, which may arrive in any order and in parallel.
   * Nothing is visible before {@link MultipartUpload#complete()}.
   */
  MultipartUpload startUpload(String key);

  /** The root as it may be shown: never with a secret. */
  String location();

  /** Releases connections. Streams that are still open fail. */
  @Override
  void close();
}
