package dev.tidemark.monitor.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The kinds of keys that the monitor's settings have. */
public final class ConfigKeys {

  private ConfigKeys() {}

  /** Defines a time in milliseconds. */
  public static void millis(ConfigDef def, String name, long value, String doc, String group) {
    def.define(
        name,
        Type.LONG,
        value,
        Range.atLeast(0),
        Importance.MEDIUM,
        doc,
        group,
        -1,
        Width.SHORT,
        name);
  }

  /** Defines a share, in percent. */
  public static void percent(ConfigDef def, String name, double value, String doc, String group) {
    def.define(
        name,
        Type.DOUBLE,
        value,
        Range.atLeast(0),
        Importance.MEDIUM,
        doc,
        group,
        -1,
        Width.SHORT,
        name);
  }

  /** Defines a text that may hold a secret. */
  public static void secret(ConfigDef def, String name, String doc, String group) {
    def.define(name, Type.PASSWORD, "", null, Importance.MEDIUM, doc, group, -1, Width.LONG, name);
  }

  public static Duration duration(AbstractConfig config, String name) {
    return Duration.ofMillis(config.getLong(name));
  }

  /**
   * The address that a secret text is.
   *
   * @return empty if there is none
   * @throws ConfigException if it is no address; without the value, which may hold a secret
   */
  public static Optional<URI> address(AbstractConfig config, String name) {
    String value = config.getPassword(name).value();
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(value);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // Told below, without the value: it may hold a secret.
    }
    throw new ConfigException(name + " must be an http or https address");
  }
}
