package dev.tidemark.cli.service;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts a reference in the place of each secret in a configuration that is stored in a topic and
 * shown by a REST interface. Every worker of a group finds the secret where this one did: in a
 * variable or a file of the same name.
 */
final class SharedSecrets {

  private static final String REFERENCE = "${";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]+)}");
  private static final Pattern UNUSABLE = Pattern.compile("[:}]");
  private static final String NOTHING = "(?!)";

  private final ServiceSettings settings;
  private final Path file;

  /**
   * @param file where the settings come from that no variable gave
   */
  SharedSecrets(ServiceSettings settings, Path file) {
    this.settings = settings;
    this.file = file.toAbsolutePath().normalize();
  }

  /**
   * The value, or a reference if it is a secret and none yet.
   *
   * @throws TidemarkException {@code CLI_BAD_OPTION} if nothing can refer to the file
   */
  String shared(String key, String value) {
    boolean secret = Secrets.isSecret(key) || Secrets.hasUser(value);
    if (!secret || value.isEmpty() || value.contains(REFERENCE)) {
      return value;
    }
    String variable = settings.variables().get(key);
    if (variable != null) {
      return "${env:" + variable + "}";
    }
    if (UNUSABLE.matcher(file + key).find()) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "the secret " + key + " is in a file whose name has ':' or '}'",
          file.toString(),
          "Rename the file, or refer to the secret with ${file:…} or ${env:…}");
    }
    return "${file:" + file + ":" + key + "}";
  }

  /** A pattern of the variables that the settings need; no others are anybody's business. */
  String allowedVariables() {
    Set<String> names = new TreeSet<>(settings.variables().values());
    settings
        .values()
        .values()
        .forEach(
            value -> VARIABLE.matcher(value).results().forEach(found -> names.add(found.group(1))));
    return names.isEmpty()
        ? NOTHING
        : names.stream().map(Pattern::quote).collect(Collectors.joining("|"));
  }
}
