package dev.tidemark.cli.service;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The one file that configures a service.
 *
 * <p>Values may refer to secrets elsewhere, as everywhere in Kafka: {@code ${file:/path:key}} and
 * {@code ${env:NAME}} work without further settings, other {@code config.providers} with them.
 */
public final class PropertiesFile {

  private PropertiesFile() {}

  /**
   * Reads a file.
   *
   * @throws TidemarkException {@code CLI_FILE} if it cannot be read
   */
  public static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "the configuration cannot be read: " + e,
          file.toString(),
          "Name a readable properties file with --config",
          e);
    }
    Map<String, String> given = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> given.put(key, properties.getProperty(key)));
    return given;
  }

  /** The same for whoever parses the settings itself, with the two providers set up. */
  public static Map<String, String> readWithProviders(Path file) {
    return withProviders(read(file));
  }

  /** Settings with the two providers set up, unless they bring their own. */
  static Map<String, String> withProviders(Map<String, String> settings) {
    Map<String, String> given = new HashMap<>(settings);
    if (!given.containsKey("config.providers")) {
      given.put("config.providers", "file,env");
      given.put(
          "config.providers.file.class",
          "org.apache.kafka.common.config.provider.FileConfigProvider");
      given.put(
          "config.providers.env.class",
          "org.apache.kafka.common.config.provider.EnvVarConfigProvider");
    }
    return given;
  }
}
