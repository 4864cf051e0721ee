package dev.tidemark.tailer.check;

import dev.tidemark.tailer.config.InvalidValueException;
import dev.tidemark.tailer.config.KeyStoreFile;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.RightValue;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;

/**
 * Checks the settings under {@code kafka.} one by one, because a client that is made of them names
 * none of them when it cannot be made.
 */
final class KafkaClientCheck {

  private static final Set<String> FILE_STORES = Set.of("JKS", "PKCS12");
  private static final String SYSTEM_JAAS = "java.security.auth.login.config";

  private final Map<String, String> client = new HashMap<>();
  private final List<String> brokers;
  private final Problems problems;
  private boolean good = true;

  private KafkaClientCheck(OplogSourceConfig config, Problems problems) {
    config.kafkaClient().forEach((key, value) -> client.put(key, String.valueOf(value)));
    this.brokers = config.getList(OplogSourceKeys.KAFKA_BOOTSTRAP_SERVERS);
    this.problems = problems;
  }

  /** Whether a client can be made of the settings, as far as this host can tell. */
  static boolean check(OplogSourceConfig config, Problems problems) {
    KafkaClientCheck check = new KafkaClientCheck(config, problems);
    check.values();
    check.hosts();
    check.jaas();
    check.stores();
    return check.good;
  }

  private void values() {
    ConfigDef definition = AdminClientConfig.configDef();
    for (ConfigValue value : definition.validate(client)) {
      ConfigDef.ConfigKey key = definition.configKeys().get(value.name());
      if (client.containsKey(value.name()) && !value.errorMessages().isEmpty()) {
        // A PASSWORD is hidden in these messages.
        add(
            value.name(),
            String.join("; ", value.errorMessages()),
            ConfigDef.convertToString(key.defaultValue, key.type));
      }
    }
  }

  /** The client needs one host that is known; the others may come later. */
  private void hosts() {
    if (brokers.stream().noneMatch(KafkaClientCheck::isKnown)) {
      add(
          AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
          "none of the hosts is known: " + String.join(", ", brokers),
          RightValue.of(OplogSourceKeys.KAFKA_BOOTSTRAP_SERVERS));
    }
  }

  private static boolean isKnown(String hostPort) {
    String host = hostPort.substring(0, hostPort.lastIndexOf(':'));
    try {
      InetAddress.getByName(host.substring(host.indexOf("://") < 0 ? 0 : host.indexOf("://") + 3));
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private void jaas() {
    String protocol = client.getOrDefault("security.protocol", "").toUpperCase(Locale.ROOT);
    if (protocol.startsWith("SASL_")
        && !client.containsKey("sasl.jaas.config")
        && System.getProperty(SYSTEM_JAAS) == null) {
      add(
          "sasl.jaas.config",
          "is missing beside " + KafkaFailure.PROTOCOL + "=" + protocol,
          KafkaFailure.JAAS_EXAMPLE);
    }
  }

  private void stores() {
    try {
      KeyStoreFile trusted = store("truststore");
      if (trusted != null) {
        trusted.trustManagers();
      }
      KeyStoreFile own = store("keystore");
      if (own != null) {
        own.keyManagers(password("ssl.key.password"));
      }
    } catch (InvalidValueException e) {
      problems.add(e.key(), e.reason(), e.example());
      good = false;
    }
  }

  /** The store if one is named that this connector can read too, else null. */
  private KeyStoreFile store(String kind) {
    String location = client.get("ssl." + kind + ".location");
    String type = client.getOrDefault("ssl." + kind + ".type", "JKS");
    return location == null || !FILE_STORES.contains(type)
        ? null
        : new KeyStoreFile(
            location,
            password("ssl." + kind + ".password"),
            OplogSourceKeys.KAFKA_PREFIX + "ssl." + kind + ".location",
            OplogSourceKeys.KAFKA_PREFIX + "ssl." + kind + ".password");
  }

  private Password password(String key) {
    return client.containsKey(key) ? new Password(client.get(key)) : null;
  }

  private void add(String key, String problem, String example) {
    if (example == null) {
      problems.add(OplogSourceKeys.KAFKA_PREFIX + key, problem);
    } else {
      problems.add(OplogSourceKeys.KAFKA_PREFIX + key, problem, example);
    }
    good = false;
  }
}
