package dev.tidemark.tailer.check;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** Collects what is wrong with a configuration, each problem at its key. Not thread-safe. */
public final class Problems {

  private final Config config;
  private final Map<String, ConfigValue> values = new LinkedHashMap<>();

  /**
   * @param config the values as the definition validated them; problems are added to it
   */
  public Problems(Config config) {
    this.config = config;
    config.configValues().forEach(value -> values.put(value.name(), value));
  }

  /**
   * Adds a problem to a key, whether the key is one of the definition's or of Connect's own. The
   * values of Connect's own keys are left to Connect, which knows their types.
   */
  void add(String key, String message) {
    ConfigValue at = values.get(key);
    if (at == null) {
      at = new ConfigValue(key);
      values.put(key, at);
      config.configValues().add(at);
    }
    at.addErrorMessage(key + ": " + message);
  }

  /** The same, with an example of a right value. */
  void add(String key, String problem, String example) {
    add(key, problem + (problem.endsWith("?") ? " A" : "; a") + " right value is " + example);
  }

  /** Whether any key has. */
  boolean any() {
    return values.values().stream().anyMatch(value -> !value.errorMessages().isEmpty());
  }
}
