package dev.tidemark.tailer.check;

import dev.tidemark.tailer.config.RightValue;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Examples beside the problems that Kafka's own definition finds, which are missing values and such
 * of another type; the validators of this connector give theirs themselves.
 */
final class RightValues {

  private RightValues() {}

  static void add(Config config) {
    for (ConfigValue value : config.configValues()) {
      // What has no value was not even parsed.
      if (value.value() == null && !value.errorMessages().isEmpty()) {
        String example = RightValue.of(value.name());
        value.errorMessages().replaceAll(message -> message + "; a right value is " + example);
      }
    }
  }
}
