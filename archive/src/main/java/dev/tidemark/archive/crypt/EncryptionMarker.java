package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The object in an archive's root that says it is encrypted, and by which a wrong key is noticed
 * before anything is read or written: a known text, wrapped.
 */
final class EncryptionMarker {

  static final String KEY = "encryption.marker";

  private static final byte[] KNOWN =
      "tidemark encrypted archive, one.".getBytes(StandardCharsets.US_ASCII);

  private EncryptionMarker() {}

  static boolean isThere(ObjectStore store) {
    return store.head(KEY).isPresent();
  }

  /** Makes an archive an encrypted one; somebody else's marker stays. */
  static void put(ObjectStore store, KeyWrapper wrapper) {
    byte[] marker = Base64.getEncoder().encode(wrapper.wrap(KNOWN));
    store.put(KEY, ObjectContent.of(marker), PutCondition.ifAbsent());
  }

  /**
   * Compares the key with the archive's.
   *
   * @throws ArchiveException {@code ARCHIVE_KEY_WRONG} if it is another one
   */
  static void requireKey(ObjectStore store, KeyWrapper wrapper) {
    byte[] unwrapped;
    try {
      unwrapped = wrapper.unwrap(Base64.getDecoder().decode(store.read(KEY)));
    } catch (IllegalArgumentException e) {
      throw ArchiveException.corrupt(
          "the marker of the encryption is damaged", store.location() + "/" + KEY, e);
    }
    if (!Arrays.equals(unwrapped, KNOWN)) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_KEY_WRONG,
          "the key is not the archive's: " + wrapper.describe(),
          store.location(),
          "Name the key with which the archive was written");
    }
  }
}
