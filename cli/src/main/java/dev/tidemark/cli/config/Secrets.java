package dev.tidemark.cli.config;

import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.types.Password;

/** Keeps secrets out of what is shown. */
final class Secrets {

  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "password|secret|token|credential|jaas|user\\.info|authorization|access\\.key");
  private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");
  private static final String REFERENCE = "${";

  private Secrets() {}

  /**
   * What may be shown of a value.
   *
   * @param secret whether the key is defined as one
   * @param given as it stands in the file: a reference to a secret elsewhere is none itself
   */
  static String shown(String key, String given, boolean secret) {
    boolean hidden = secret || SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find();
    if (hidden && !given.startsWith(REFERENCE) && !given.isEmpty()) {
      return secretUri(given) ? withoutUser(given) : Password.HIDDEN;
    }
    return withoutUser(given);
  }

  private static boolean secretUri(String value) {
    return value.startsWith("mongodb://") || value.startsWith("mongodb+srv://");
  }

  private static String withoutUser(String value) {
    return USER_INFO.matcher(value).replaceAll("//***@");
  }
}
