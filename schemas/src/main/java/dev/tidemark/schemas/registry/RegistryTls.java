package dev.tidemark.schemas.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Builds the TLS context of a {@link RegistryConfig}. */
final class RegistryTls {

  private RegistryTls() {}

  static SSLContext context(RegistryConfig config) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(config), trustManagers(config), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new ConfigException("The TLS settings of the schema registry cannot be used: " + e);
    }
  }

  private static KeyManager[] keyManagers(RegistryConfig config) throws GeneralSecurityException {
    if (config.keystoreLocation().isEmpty()) {
      return null;
    }
    Password password = config.keystorePassword();
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(
        load(RegistryConfig.KEYSTORE_LOCATION_CONFIG, config.keystoreLocation(), password),
        password.value().toCharArray());
    return factory.getKeyManagers();
  }

  private static TrustManager[] trustManagers(RegistryConfig config)
      throws GeneralSecurityException {
    if (config.truststoreLocation().isEmpty()) {
      return null;
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(
        load(
            RegistryConfig.TRUSTSTORE_LOCATION_CONFIG,
            config.truststoreLocation(),
            config.truststorePassword()));
    return factory.getTrustManagers();
  }

  private static KeyStore load(String key, String location, Password password)
      throws GeneralSecurityException {
    // The default type reads both JKS and PKCS12.
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try (InputStream in = Files.newInputStream(Path.of(location))) {
      store.load(in, password.value().toCharArray());
      return store;
    } catch (IOException e) {
      throw new ConfigException(key, location, "cannot be read or its password is wrong: " + e);
    }
  }
}
