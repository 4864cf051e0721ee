package dev.tidemark.monitor;

import com.mongodb.ConnectionString;
import dev.tidemark.monitor.alert.AlertSettings;
import dev.tidemark.monitor.config.ConfigKeys;
import dev.tidemark.monitor.connect.ConnectSettings;
import dev.tidemark.monitor.failover.FailoverSettings;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.topic.TopicNames;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * The monitor's settings, from one properties file. Settings of Kafka's clients, such as {@code
 * security.protocol}, stand beside them under their own names; clusters are {@code
 * clusters.<alias>.uri}.
 */
public final class MonitorConfig extends AbstractConfig {

  public static final String BOOTSTRAP_SERVERS_CONFIG =
      CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
  public static final String INTERVAL_CONFIG = "evaluation.interval.ms";
  public static final String HTTP_HOST_CONFIG = "http.host";
  public static final String HTTP_PORT_CONFIG = "http.port";

  private static final String SERVICE = "Monitor";
  private static final String CLUSTERS = "clusters.";
  private static final String URI_SUFFIX = ".uri";

  public static final ConfigDef DEFINITION = definition();

  private final Map<String, Password> clusters;
  private final ConnectSettings connect;
  private final AlertSettings alerts;
  private final FailoverSettings failover;

  private static ConfigDef definition() {
    ConfigDef def =
        new ConfigDef()
            .define(
                BOOTSTRAP_SERVERS_CONFIG,
                Type.LIST,
                ConfigDef.NO_DEFAULT_VALUE,
                Importance.HIGH,
                "Brokers to begin with, as host:port.",
                SERVICE,
                1,
                Width.LONG,
                BOOTSTRAP_SERVERS_CONFIG)
            .define(
                HTTP_HOST_CONFIG,
                Type.STRING,
                "127.0.0.1",
                Importance.MEDIUM,
                "Address on which metrics and health are served; 0.0.0.0 for all of the host's.",
                SERVICE,
                2,
                Width.MEDIUM,
                HTTP_HOST_CONFIG)
            .define(
                HTTP_PORT_CONFIG,
                Type.INT,
                9464,
                Range.between(0, 65_535),
                Importance.MEDIUM,
                "Port on which metrics and health are served; 0 for a free one.",
                SERVICE,
                3,
                Width.SHORT,
                HTTP_PORT_CONFIG);
    ConfigKeys.millis(
        def,
        INTERVAL_CONFIG,
        5_000,
        "How often the topics are read and the conditions are assessed.",
        SERVICE);
    AlertSettings.define(def);
    FailoverSettings.define(def);
    ConnectSettings.define(def);
    RegistryConfig.define(def);
    return TopicNames.define(def);
  }

  /**
   * @throws ConfigException if a setting is missing or wrong
   */
  public MonitorConfig(Map<String, ?> settings) {
    super(DEFINITION, settings, false);
    Map<String, Password> found = new TreeMap<>();
    originals()
        .forEach(
            (name, value) -> {
              if (name.startsWith(CLUSTERS) && name.endsWith(URI_SUFFIX)) {
                found.put(
                    name.substring(CLUSTERS.length(), name.length() - URI_SUFFIX.length()),
                    new Password(String.valueOf(value)));
              }
            });
    this.clusters = Map.copyOf(found);
    this.connect = ConnectSettings.of(this);
    this.alerts = AlertSettings.of(this);
    this.failover = FailoverSettings.of(this);
    clusters.keySet().forEach(this::cluster);
  }

  /** Connection strings of the clusters that are watched, by alias. */
  public Map<String, Password> clusters() {
    return clusters;
  }

  public ConnectSettings connect() {
    return connect;
  }

  public AlertSettings alerts() {
    return alerts;
  }

  public FailoverSettings failover() {
    return failover;
  }

  public Duration interval() {
    return ConfigKeys.duration(this, INTERVAL_CONFIG);
  }

  public InetSocketAddress httpAddress() {
    return new InetSocketAddress(getString(HTTP_HOST_CONFIG), getInt(HTTP_PORT_CONFIG));
  }

  /**
   * Where a cluster is.
   *
   * @throws ConfigException if its setting is no connection string
   */
  public ConnectionString cluster(String alias) {
    try {
      return new ConnectionString(clusters.get(alias).value());
    } catch (IllegalArgumentException e) {
      // The driver's message may repeat the string, which holds a password.
      throw new ConfigException(
          CLUSTERS + alias + URI_SUFFIX + " is no connection string of the form mongodb://…");
    }
  }

  /** Where all clusters are, by alias. */
  public Map<String, ConnectionString> clusterAddresses() {
    Map<String, ConnectionString> addresses = new TreeMap<>();
    clusters.keySet().forEach(alias -> addresses.put(alias, cluster(alias)));
    return addresses;
  }

  public TopicNames topics() {
    return TopicNames.of(values());
  }

  public RegistryConfig registry() {
    return new RegistryConfig(originals());
  }

  /** The brokers and what else of the settings Kafka's consumer knows. */
  public Map<String, Object> consumer() {
    Map<String, Object> settings = clients(ConsumerConfig.configNames());
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return settings;
  }

  /** The brokers and what else of the settings Kafka's admin client knows. */
  public Map<String, Object> admin() {
    return clients(AdminClientConfig.configNames());
  }

  /** The brokers and what else of the settings Kafka's producer knows. */
  public Map<String, Object> producer() {
    Map<String, Object> settings = clients(ProducerConfig.configNames());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    return settings;
  }

  private Map<String, Object> clients(Iterable<String> names) {
    Map<String, Object> settings = new HashMap<>();
    for (String name : names) {
      Object value = originals().get(name);
      if (value != null) {
        settings.put(name, value);
      }
    }
    settings.put(BOOTSTRAP_SERVERS_CONFIG, List.copyOf(getList(BOOTSTRAP_SERVERS_CONFIG)));
    return settings;
  }
}
