package dev.tidemark.archive.crypt;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * A Tink keyset in a file, as {@code tinkey create-keyset --key-template AES256_GCM} writes it.
 *
 * <p>Rotation: add a key and make it primary; new objects use it, and the older keys of the set
 * still read what they wrote.
 */
public final class KeysetFile implements KeyWrapper {

  private static final byte[] PURPOSE = "tidemark data key".getBytes(StandardCharsets.UTF_8);

  private final Path file;
  private final Aead aead;

  private KeysetFile(Path file, Aead aead) {
    this.file = file;
    this.aead = aead;
  }

  /**
   * Reads a keyset.
   *
   * @throws ArchiveException {@code ARCHIVE_CONFIG_INVALID} if the file is none
   */
  public static KeysetFile read(Path file) {
    try {
      AeadConfig.register();
      KeysetHandle keyset =
          TinkJsonProtoKeysetFormat.parseKeyset(
              Files.readString(file), InsecureSecretKeyAccess.get());
      return new KeysetFile(file, keyset.getPrimitive(RegistryConfiguration.get(), Aead.class));
    } catch (IOException | GeneralSecurityException e) {
      // The cause may quote the file: its type is enough.
      throw new ArchiveException(
          ArchiveError.ARCHIVE_CONFIG_INVALID,
          "the keyset cannot be read (" + e.getClass().getSimpleName() + ")",
          file.toString(),
          "Name a JSON keyset with an AEAD key, as tinkey create-keyset --key-template AES256_GCM"
              + " writes it");
    }
  }

  @Override
  public byte[] wrap(byte[] dataKey) {
    try {
      return aead.encrypt(dataKey, PURPOSE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encrypting with a key that was loaded cannot fail", e);
    }
  }

  @Override
  public byte[] unwrap(byte[] wrapped) {
    try {
      return aead.decrypt(wrapped, PURPOSE);
    } catch (GeneralSecurityException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_KEY_WRONG,
          "no key of the keyset decrypts the archive",
          describe(),
          "Name the keyset with which the archive was written; keep old keys when rotating",
          e);
    }
  }

  @Override
  public String describe() {
    return "keyset " + file;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
