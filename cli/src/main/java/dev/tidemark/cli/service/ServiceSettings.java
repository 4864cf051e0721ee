package dev.tidemark.cli.service;

import dev.tidemark.oplog.error.TidemarkException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a service is told: its properties file, and environment variables that take precedence.
 *
 * <p>A variable is called {@code TIDEMARK_<SERVICE>_} and the key in capitals, where {@code _}
 * stands for a dot, {@code __} for a hyphen and {@code ___} for an underscore: {@code
 * TIDEMARK_ARCHIVER_ARCHIVE_URL} overrides {@code archive.url} of the archiver. Immutable.
 *
 * @param values by key, as they were given: references to secrets are not resolved
 * @param variables by key, the names of the variables that set them
 */
public record ServiceSettings(Map<String, String> values, Map<String, String> variables) {

  private static final Pattern UNDERSCORES = Pattern.compile("_{1,3}");

  public ServiceSettings {
    values = Map.copyOf(values);
    variables = Map.copyOf(variables);
  }

  /**
   * Reads the settings of a service.
   *
   * @param environment the process's variables
   * @throws TidemarkException {@code CLI_FILE} if the file cannot be read
   */
  public static ServiceSettings read(Service service, Path file, Map<String, String> environment) {
    String prefix = "TIDEMARK_" + service.name() + "_";
    Map<String, String> values = new TreeMap<>(PropertiesFile.read(file));
    Map<String, String> variables = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(prefix) && name.length() > prefix.length()) {
            String key = key(name.substring(prefix.length()));
            values.put(key, value);
            variables.put(key, name);
          }
        });
    return new ServiceSettings(values, variables);
  }

  /** The keys that a variable set. */
  public Set<String> fromEnvironment() {
    return variables.keySet();
  }

  private static String key(String variable) {
    return UNDERSCORES
        .matcher(variable.toLowerCase(Locale.ROOT))
        .replaceAll(ServiceSettings::separator);
  }

  private static String separator(MatchResult underscores) {
    return switch (underscores.end() - underscores.start()) {
      case 1 -> ".";
      case 2 -> "-";
      default -> "_";
    };
  }

  /** The settings with the two providers of secrets that work without being configured. */
  public Map<String, String> withProviders() {
    return PropertiesFile.withProviders(values);
  }
}
