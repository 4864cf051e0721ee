package dev.tidemark.tailer.config;

import com.mongodb.ConnectionString;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Reads one or several connection strings, separated by white space. */
final class ConnectionStrings {

  /** Accepts what {@link #parse} does, without ever printing the value. */
  static final ConfigDef.Validator VALIDATOR =
      Validators.present(
          (key, value) -> validate(key, ((Password) value).value()),
          () -> "one or several connection strings, separated by spaces");

  private static final Pattern SEPARATOR = Pattern.compile("\\s+");

  private ConnectionStrings() {}

  static List<ConnectionString> parse(String text) {
    List<ConnectionString> strings = new ArrayList<>();
    for (String part : SEPARATOR.split(text.strip())) {
      strings.add(new ConnectionString(part));
    }
    return strings;
  }

  private static void validate(String key, String text) {
    if (text.isBlank()) {
      throw invalid(key, "it is empty");
    }
    int number = 0;
    for (String part : SEPARATOR.split(text.strip())) {
      number++;
      try {
        ConnectionString parsed = new ConnectionString(part);
        if (parsed.getHosts().isEmpty()) {
          throw invalid(key, "connection string " + number + " names no host");
        }
      } catch (IllegalArgumentException e) {
        // The driver's message may quote the string with its password, so it is left out.
        throw invalid(key, "connection string " + number + " is malformed");
      }
    }
  }

  private static ConfigException invalid(String key, String problem) {
    return new ConfigException(
        key,
        Password.HIDDEN,
        problem
            + "; a right one is mongodb://mongo-1:27017,mongo-2:27017/?replicaSet=rs0"
            + " (reserved characters in user or password must be percent-encoded)");
  }
}
