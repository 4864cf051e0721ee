package dev.tidemark.tailer.member;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.KeyStoreFile;
import dev.tidemark.tailer.error.TailerError;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates from key stores on disk. */
final class Tls {

  private Tls() {}

  /**
   * A context of the given stores, or null if there is none and the JVM's own is to be used.
   *
   * @throws TidemarkException {@code TAILER_CONFIG_INVALID} if a store cannot be read
   */
  static SSLContext context(KeyStoreFile trustStore, KeyStoreFile keyStore) {
    if (trustStore == null && keyStore == null) {
      return null;
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keyStore == null ? null : keyManagers(keyStore),
          trustStore == null ? null : trustManagers(trustStore),
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  private static TrustManager[] trustManagers(KeyStoreFile file) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(load(file));
    return factory.getTrustManagers();
  }

  private static KeyManager[] keyManagers(KeyStoreFile file) throws GeneralSecurityException {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(load(file), password(file));
    return factory.getKeyManagers();
  }

  private static KeyStore load(KeyStoreFile file) {
    try {
      return KeyStore.getInstance(new File(file.location()), password(file));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new TidemarkException(
          TailerError.TAILER_CONFIG_INVALID,
          "the key store cannot be read: " + e.getMessage(),
          file.location(),
          "Check the path, the password and that the store is PKCS12 or JKS",
          e);
    }
  }

  private static char[] password(KeyStoreFile file) {
    return file.password() == null ? new char[0] : file.password().value().toCharArray();
  }
}
