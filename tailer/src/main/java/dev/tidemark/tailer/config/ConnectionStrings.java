package dev.tidemark.tailer.config;

import com.mongodb.ConnectionString;
import com.mongodb.MongoConfigurationException;
import com.mongodb.spi.dns.DnsClient;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Reads one or several connection strings, separated by white space. */
final class ConnectionStrings {

  /** Accepts what can be parsed, without ever printing the value or asking a name server. */
  static final ConfigDef.Validator VALIDATOR =
      Validators.present(
          (key, value) -> validate(key, ((Password) value).value()),
          () -> "one or several connection strings, separated by spaces");

  private static final Pattern SEPARATOR = Pattern.compile("\\s+");
  private static final String SCHEME_END = "://";

  /** Whether a value is well formed does not depend on the network. */
  private static final DnsClient NO_RECORDS = (name, type) -> List.of();

  private ConnectionStrings() {}

  /**
   * The connection strings; those that begin with {@code mongodb+srv} take options from DNS.
   *
   * @param username takes the place of the strings' own users, with the password, as if both stood
   *     in the strings: so {@code authSource} and {@code authMechanism} keep their meaning; null to
   *     leave them as they are
   * @param password null for none, as with certificates
   * @throws InvalidValueException if user and password do not go with the options
   * @throws TidemarkException {@code TAILER_NO_MEMBER} if a name server does not answer
   */
  static List<ConnectionString> parse(String text, String username, Password password) {
    return parse(text, username, password, null);
  }

  /**
   * @param dns what is asked for records, null for the JVM's own way
   */
  static List<ConnectionString> parse(
      String text, String username, Password password, DnsClient dns) {
    List<ConnectionString> strings = new ArrayList<>();
    for (String part : SEPARATOR.split(text.strip())) {
      try {
        strings.add(
            new ConnectionString(
                username == null ? part : withUser(part, username, password), dns));
      } catch (IllegalArgumentException e) {
        // The strings are well formed, or there would be no configuration; and the driver's
        // message, which may quote the password, is left out.
        throw wrongUser(password);
      } catch (MongoConfigurationException e) {
        throw new TidemarkException(
            TailerError.TAILER_NO_MEMBER,
            "the DNS records of a mongodb+srv name cannot be looked up",
            "connection string " + (strings.size() + 1) + " of " + OplogSourceKeys.MONGODB_URI,
            "Check the name and this host's name servers, or name the members: "
                + RightValue.URI_WITH_TLS,
            e);
      }
    }
    return strings;
  }

  /** The hosts of all strings as they are written, without asking a name server. */
  static List<String> hosts(String text) {
    List<String> hosts = new ArrayList<>();
    for (String part : SEPARATOR.split(text.strip())) {
      hosts.addAll(new ConnectionString(part, NO_RECORDS).getHosts());
    }
    return hosts;
  }

  private static InvalidValueException wrongUser(Password password) {
    return password == null
        ? new InvalidValueException(
            OplogSourceKeys.MONGODB_PASSWORD,
            "is missing beside " + OplogSourceKeys.MONGODB_USERNAME,
            null)
        : new InvalidValueException(
            OplogSourceKeys.MONGODB_USERNAME,
            "user and password do not go with authMechanism and authSource of "
                + OplogSourceKeys.MONGODB_URI
                + " (MONGODB-X509, for example, takes no password)",
            null);
  }

  private static String withUser(String uri, String username, Password password) {
    int authority = uri.indexOf(SCHEME_END) + SCHEME_END.length();
    int end = authority;
    while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
      end++;
    }
    int own = uri.lastIndexOf('@', end - 1);
    return uri.substring(0, authority)
        + encoded(username)
        + (password == null ? "" : ":" + encoded(password.value()))
        + "@"
        + uri.substring(own < authority ? authority : own + 1);
  }

  /** In a connection string a plus sign is itself. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static void validate(String key, String text) {
    if (text.isBlank()) {
      throw invalid(key, "it is empty", 0);
    }
    String[] parts = SEPARATOR.split(text.strip());
    for (int i = 0; i < parts.length; i++) {
      String which = "connection string " + (i + 1);
      try {
        if (new ConnectionString(parts[i], NO_RECORDS).getHosts().isEmpty()) {
          throw invalid(key, which + " names no host", parts.length);
        }
      } catch (IllegalArgumentException | MongoConfigurationException e) {
        // The driver's message may quote the string with its password, so it is left out.
        throw invalid(key, which + " is malformed", parts.length);
      }
    }
  }

  private static ConfigException invalid(String key, String problem, int parts) {
    return new ConfigException(
        key,
        Password.HIDDEN,
        problem
            + "; a right one is "
            + RightValue.of(OplogSourceKeys.MONGODB_URI)
            + " (reserved characters in user or password must be percent-encoded"
            + (parts > 1 ? "; blanks separate sets, commas the members of one" : "")
            + ")");
  }
}
