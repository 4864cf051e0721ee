package dev.tidemark.tailer.member;

import dev.tidemark.tailer.config.KeyStoreFile;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Certificates from key stores on disk. */
final class Tls {

  private Tls() {}

  /**
   * A context of the given stores, or null if there is none and the JVM's own is to be used.
   *
   * @throws dev.tidemark.tailer.config.InvalidValueException if a store cannot be used
   */
  static SSLContext context(KeyStoreFile trustStore, KeyStoreFile keyStore) {
    if (trustStore == null && keyStore == null) {
      return null;
    }
    KeyManager[] keys = keyStore == null ? null : keyStore.keyManagers(null);
    TrustManager[] trusted = trustStore == null ? null : trustStore.trustManagers();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }
}
