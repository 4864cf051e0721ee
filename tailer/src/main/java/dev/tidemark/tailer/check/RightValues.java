package dev.tidemark.tailer.check;

import dev.tidemark.tailer.config.OplogSourceKeys;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Examples beside the problems that Kafka's own definition finds, which are missing values and such
 * of another type; the validators of this connector give theirs themselves.
 */
final class RightValues {

  private static final Map<String, String> OF_REQUIRED =
      Map.of(
          OplogSourceKeys.MONGODB_URI, "mongodb://mongo-1:27017,mongo-2:27017/?replicaSet=rs0",
          OplogSourceKeys.KAFKA_BOOTSTRAP_SERVERS, "broker-1:9092,broker-2:9092",
          OplogSourceKeys.PRODUCER_MAX_REQUEST_SIZE, "18874368");

  private RightValues() {}

  static void add(Config config) {
    for (ConfigValue value : config.configValues()) {
      String example = example(value.name());
      // What has no value was not even parsed.
      if (value.value() == null && example != null) {
        value.errorMessages().replaceAll(message -> message + "; a right value is " + example);
      }
    }
  }

  private static String example(String key) {
    ConfigDef.ConfigKey definition = OplogSourceKeys.CONFIG_DEF.configKeys().get(key);
    if (OF_REQUIRED.containsKey(key)) {
      return OF_REQUIRED.get(key);
    }
    return definition == null || definition.defaultValue == null
        ? null
        : ConfigDef.convertToString(definition.defaultValue, definition.type);
  }
}
