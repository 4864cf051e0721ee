package dev.tidemark.archive.store;

/**
 * An object that arrives in parts. Parts are put together in the order of their numbers, which need
 * not be consecutive.
 *
 * <p>S3 allows numbers from 1 to 10,000 and wants at least 5 MiB in each part but the last; keep to
 * that with every store. {@link #part} is thread-safe; the other methods are called by one thread
 * once all parts are answered.
 */
public interface MultipartUpload extends AutoCloseable {

  /** The smallest part that S3 takes, the last one excepted. */
  int MIN_PART_BYTES = 5 * 1024 * 1024;

  /** The largest number of a part. */
  int MAX_PARTS = 10_000;

  /** Stores one part; the same number again replaces it. */
  void part(int number, ObjectContent content);

  /**
   * Makes the object visible, replacing whatever had its key. At least one part must be there.
   *
   * @return the new object
   */
  ObjectInfo complete();

  /** Throws the parts away unless {@link #complete()} succeeded. Never fails: it logs. */
  @Override
  void close();
}
