package dev.tidemark.tailer.config;

import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.types.Password;

/**
 * A Java key store on disk, as two keys of a configuration name it.
 *
 * @param location path, PKCS12 or JKS
 * @param password its password, null for none
 * @param locationKey the key that gives the path
 * @param passwordKey the key that gives the password
 */
public record KeyStoreFile(
    String location, Password password, String locationKey, String passwordKey) {

  private static final String LOCATION_EXAMPLE = "/etc/tidemark/stores.p12";
  private static final String PASSWORD_EXAMPLE =
      "${file:/etc/tidemark/secrets.properties:store.password}";

  /**
   * Whom the certificates in the store vouch for.
   *
   * @throws InvalidValueException if it cannot be read or is empty
   */
  public TrustManager[] trustManagers() {
    KeyStore store = load();
    try {
      if (store.size() == 0) {
        // Without a password only what is not encrypted is read.
        throw password == null
            ? wrongPassword(null)
            : wrongLocation(
                "the store " + location + " holds no certificate that Java trusts", null);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw wrongLocation("the store " + location + " cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * The keys in the store, which one password opens as well as the store itself.
   *
   * @param keyPassword of the keys, null if it is the store's
   * @throws InvalidValueException if it cannot be read or its keys cannot
   */
  public KeyManager[] keyManagers(Password keyPassword) {
    KeyStore store = load();
    try {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, characters(keyPassword == null ? password : keyPassword));
      return factory.getKeyManagers();
    } catch (UnrecoverableKeyException e) {
      throw password == null
          ? wrongPassword(e)
          : new InvalidValueException(
              passwordKey,
              "it opens the store "
                  + location
                  + ", but not the key in it: keys must have the password of their store"
                  + " (keytool -keypasswd changes a key's)",
              PASSWORD_EXAMPLE,
              e);
    } catch (GeneralSecurityException e) {
      throw wrongLocation("the store " + location + " cannot be used: " + e.getMessage(), e);
    }
  }

  private KeyStore load() {
    File file = new File(location);
    if (!file.isFile() || !file.canRead()) {
      throw wrongLocation("there is no file " + location + " that the worker may read", null);
    }
    try {
      return KeyStore.getInstance(file, characters(password));
    } catch (KeyStoreException e) {
      throw wrongLocation(location + " is no key store of type PKCS12 or JKS", e);
    } catch (IOException | GeneralSecurityException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw wrongPassword(e);
      }
      throw wrongLocation("the store " + location + " cannot be read: " + e.getMessage(), e);
    }
  }

  private InvalidValueException wrongPassword(Exception cause) {
    return new InvalidValueException(
        passwordKey,
        password == null
            ? "is missing: the store " + location + " has a password"
            : "it does not open the store " + location,
        PASSWORD_EXAMPLE,
        cause);
  }

  private InvalidValueException wrongLocation(String problem, Exception cause) {
    return new InvalidValueException(locationKey, problem, LOCATION_EXAMPLE, cause);
  }

  private static char[] characters(Password password) {
    return password == null ? null : password.value().toCharArray();
  }
}
