package dev.tidemark.archive.crypt;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** Keyset files for tests. */
public final class Keysets {

  private Keysets() {}

  /** Writes a keyset with one fresh key. */
  public static Path fresh(Path file) throws GeneralSecurityException, IOException {
    AeadConfig.register();
    return write(file, KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM));
  }

  /** Writes another keyset with the same keys and a fresh primary one. */
  public static Path rotated(Path old, Path file) throws GeneralSecurityException, IOException {
    KeysetHandle keyset =
        TinkJsonProtoKeysetFormat.parseKeyset(Files.readString(old), InsecureSecretKeyAccess.get());
    return write(
        file,
        KeysetHandle.newBuilder(keyset)
            .addEntry(
                KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                    .withRandomId()
                    .makePrimary())
            .build());
  }

  private static Path write(Path file, KeysetHandle keyset)
      throws GeneralSecurityException, IOException {
    return Files.writeString(
        file, TinkJsonProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get()));
  }
}
