package dev.tidemark.cli.service;

import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.types.Password;

/** Tells secrets by their keys, and keeps them out of what is shown. */
public final class Secrets {

  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "password|secret|token|credential|jaas|user\\.info|authorization|access\\.key|keystore\\.key");
  private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");
  private static final String REFERENCE = "${";

  private Secrets() {}

  /**
   * What may be shown of a value.
   *
   * @param secret whether the key is defined as one
   * @param given as it stands in the file: a reference to a secret elsewhere is none itself
   */
  public static String shown(String key, String given, boolean secret) {
    boolean hidden = secret || isSecret(key);
    if (hidden && !given.startsWith(REFERENCE) && !given.isEmpty()) {
      return secretUri(given) ? withoutUser(given) : Password.HIDDEN;
    }
    return withoutUser(given);
  }

  /** Whether values of the key are secrets. */
  static boolean isSecret(String key) {
    return SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  /** Whether a value names a user, as a connection string or another URL may. */
  static boolean hasUser(String value) {
    return USER_INFO.matcher(value).find();
  }

  private static boolean secretUri(String value) {
    return value.startsWith("mongodb://") || value.startsWith("mongodb+srv://");
  }

  private static String withoutUser(String value) {
    return USER_INFO.matcher(value).replaceAll("//***@");
  }
}
