package dev.tidemark.tailer.config;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.crypto.spec.SecretKeySpec;

/** Key stores that are made in a moment: their key is a secret one, for which no tool is needed. */
public final class Stores {

  private Stores() {}

  /** Writes a PKCS12 store with one key. */
  public static Path secretKey(Path path, String storePassword, String keyPassword)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setEntry(
        "key",
        new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[16], "AES")),
        new KeyStore.PasswordProtection(keyPassword.toCharArray()));
    try (OutputStream out = Files.newOutputStream(path)) {
      store.store(out, storePassword.toCharArray());
    }
    return path;
  }
}
