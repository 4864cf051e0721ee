package dev.tidemark.tailer.config;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** An example of a right value for each key, for messages about wrong ones. */
public final class RightValue {

  /** A connection string with TLS. */
  public static final String URI_WITH_TLS =
      "mongodb://mongo-1:27017,mongo-2:27017/?replicaSet=rs0&tls=true";

  /** A connection string with its user. */
  public static final String URI_WITH_USER =
      "mongodb://tidemark:password@mongo-1:27017,mongo-2:27017/?replicaSet=rs0&authSource=admin";

  private static final String SECRET = "${file:/etc/tidemark/secrets.properties:";

  private static final Map<String, String> WITHOUT_DEFAULT =
      Map.of(
          OplogSourceKeys.MONGODB_URI, "mongodb://mongo-1:27017,mongo-2:27017/?replicaSet=rs0",
          OplogSourceKeys.MONGODB_USERNAME, "tidemark",
          OplogSourceKeys.MONGODB_PASSWORD, SECRET + "mongodb.password}",
          OplogSourceKeys.MONGODB_TLS_TRUSTSTORE_LOCATION, "/etc/tidemark/mongodb-trust.p12",
          OplogSourceKeys.MONGODB_TLS_TRUSTSTORE_PASSWORD, SECRET + "truststore.password}",
          OplogSourceKeys.MONGODB_TLS_KEYSTORE_LOCATION, "/etc/tidemark/mongodb-client.p12",
          OplogSourceKeys.MONGODB_TLS_KEYSTORE_PASSWORD, SECRET + "keystore.password}",
          OplogSourceKeys.KAFKA_BOOTSTRAP_SERVERS, "broker-1:9092,broker-2:9092",
          OplogSourceKeys.PRODUCER_MAX_REQUEST_SIZE, "18874368",
          OplogSourceKeys.PARTITION_MAP, "rs0:0,rs1:1");

  private RightValue() {}

  /**
   * The example.
   *
   * @throws IllegalArgumentException if the key is none of {@link OplogSourceKeys}
   */
  public static String of(String key) {
    String example = WITHOUT_DEFAULT.get(key);
    if (example != null) {
      return example;
    }
    ConfigDef.ConfigKey definition = OplogSourceKeys.CONFIG_DEF.configKeys().get(key);
    if (definition == null) {
      throw new IllegalArgumentException(key + " is no key of the connector");
    }
    return ConfigDef.convertToString(definition.defaultValue, definition.type);
  }
}
