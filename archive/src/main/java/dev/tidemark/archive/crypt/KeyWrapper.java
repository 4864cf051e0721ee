package dev.tidemark.archive.crypt;

/**
 * Encrypts data keys with a key that is kept elsewhere. Thread-safe.
 *
 * <p>Both methods throw {@link dev.tidemark.archive.error.ArchiveException}: {@code
 * ARCHIVE_KEY_WRONG} if the key is another one, {@code ARCHIVE_UNAVAILABLE} if its keeper does not
 * answer.
 */
public interface KeyWrapper extends AutoCloseable {

  /** Encrypts a data key with the newest key. */
  byte[] wrap(byte[] dataKey);

  /** Decrypts a data key with whichever key encrypted it. */
  byte[] unwrap(byte[] wrapped);

  /** Which key it is, for messages; no secret. */
  String describe();

  @Override
  void close();
}
