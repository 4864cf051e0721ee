package dev.tidemark.monitor;

import com.mongodb.ConnectionString;
import dev.tidemark.monitor.condition.Limit;
import dev.tidemark.monitor.connect.ConnectSettings;
import dev.tidemark.monitor.failover.EndpointUpdater;
import dev.tidemark.monitor.failover.FileSdUpdater;
import dev.tidemark.monitor.failover.WebhookUpdater;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.topic.TopicNames;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  public static final String BACKUP_AGE_CONFIG = "alert.backup.age.ms";
  public static final String BACKUP_CHANGE_CONFIG = "alert.backup.size.change.percent";
  public static final String RESTORE_TEST_AGE_CONFIG = "alert.restore.test.age.ms";
  public static final String OPLOG_LAG_CONFIG = "alert.oplog.lag.ms";
  public static final String HEARTBEAT_TOLERANCE_CONFIG = "alert.oplog.heartbeat.tolerance.ms";
  public static final String ARCHIVE_LAG_CONFIG = "alert.archive.lag.ms";
  public static final String OPLOG_WINDOW_CONFIG = "alert.oplog.window.ms";
  public static final String FAILURE_MEMORY_CONFIG = "alert.failed.request.memory.ms";
  public static final String BLIND_CONFIG = "alert.monitor.blind.ms";
  public static final String RAISE_AFTER_CONFIG = "alert.raise.after.ms";
  public static final String RESOLVE_AFTER_CONFIG = "alert.resolve.after.ms";
  public static final String MARGIN_CONFIG = "alert.margin.percent";
  public static final String WEBHOOK_URL_CONFIG = "alert.webhook.url";
  public static final String WEBHOOK_AUTHORIZATION_CONFIG = "alert.webhook.authorization";

  public static final String PING_INTERVAL_CONFIG = "failover.ping.interval.ms";
  public static final String PING_TIMEOUT_CONFIG = "failover.ping.timeout.ms";
  public static final String PING_FAILURES_CONFIG = "failover.ping.failures";
  public static final String ELECTION_TIMEOUT_CONFIG = "failover.election.timeout.ms";
  public static final String FILE_SD_CONFIG = "failover.file.sd.directory";
  public static final String FAILOVER_WEBHOOK_CONFIG = "failover.webhook.url";
  public static final String FAILOVER_AUTHORIZATION_CONFIG = "failover.webhook.authorization";
  public static final String UPDATERS_CONFIG = "failover.updaters";

  private static final String SERVICE = "Monitor";
  private static final String FAILOVER = "Failover";
  private static final String ALERTS = "Alerts";
  private static final String CLUSTERS = "clusters.";
  private static final String URI_SUFFIX = ".uri";

  public static final ConfigDef DEFINITION = definition();

  private final Map<String, Password> clusters;
  private final ConnectSettings connect;

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
    millis(
        def,
        INTERVAL_CONFIG,
        5_000,
        "How often the topics are read and the conditions are assessed.",
        SERVICE);
    millis(
        def,
        BACKUP_AGE_CONFIG,
        Duration.ofHours(24).toMillis(),
        "A cluster's newest snapshot may be this old. Longer makes restores slower, because more"
            + " entries are folded.",
        ALERTS);
    percent(
        def,
        BACKUP_CHANGE_CONFIG,
        50,
        "A cluster's data may change by this much from one snapshot to the next.");
    millis(
        def,
        RESTORE_TEST_AGE_CONFIG,
        Duration.ofDays(30).toMillis(),
        "The last verified restore of a cluster, by a drill or by a request, may be this old.",
        ALERTS);
    millis(
        def,
        OPLOG_LAG_CONFIG,
        Duration.ofMinutes(1).toMillis(),
        "The capture of an oplog may be this far behind. It is the RPO that is alerted on.",
        ALERTS);
    millis(
        def,
        HEARTBEAT_TOLERANCE_CONFIG,
        Duration.ofSeconds(30).toMillis(),
        "How old the newest entry of an idle set may be without suspicion; three times the"
            + " servers' periodicNoopIntervalSecs. Beyond it a heartbeat comes from a member that is"
            + " cut off.",
        ALERTS);
    millis(
        def,
        ARCHIVE_LAG_CONFIG,
        Duration.ofMinutes(2).toMillis(),
        "A captured entry may wait this long for the archive; more than the archiver's"
            + " segment.window.ms.",
        ALERTS);
    millis(
        def,
        OPLOG_WINDOW_CONFIG,
        Duration.ofHours(6).toMillis(),
        "The capture must be able to stand still this long without losing its position.",
        ALERTS);
    millis(
        def,
        FAILURE_MEMORY_CONFIG,
        Duration.ofHours(24).toMillis(),
        "A failed request that nobody repeated is alerted about this long.",
        ALERTS);
    millis(
        def,
        BLIND_CONFIG,
        Duration.ofMinutes(1).toMillis(),
        "The monitor may be unable to read the topics this long.",
        ALERTS);
    millis(
        def,
        RAISE_AFTER_CONFIG,
        10_000,
        "A condition must be bad this long before its alert is raised.",
        ALERTS);
    millis(
        def,
        RESOLVE_AFTER_CONFIG,
        30_000,
        "A condition must be good this long before its alert is resolved.",
        ALERTS);
    percent(
        def,
        MARGIN_CONFIG,
        10,
        "By how much of the threshold a value must be better to be good again.");
    secret(
        def,
        WEBHOOK_URL_CONFIG,
        "Address that alerts are posted to as JSON when they are raised and when they are"
            + " resolved; empty for none.");
    secret(
        def,
        WEBHOOK_AUTHORIZATION_CONFIG,
        "Value of the Authorization header sent to the webhook, for example 'Bearer …'.");
    failover(def);
    ConnectSettings.define(def);
    RegistryConfig.define(def);
    return TopicNames.define(def);
  }

  private static void failover(ConfigDef def) {
    millis(
        def,
        PING_INTERVAL_CONFIG,
        1_000,
        "How often each cluster's primary is pinged. Changes that the driver notices are looked at"
            + " at once.",
        FAILOVER);
    millis(def, PING_TIMEOUT_CONFIG, 2_000, "How long one ping may take.", FAILOVER);
    def.define(
        PING_FAILURES_CONFIG,
        Type.INT,
        3,
        Range.atLeast(2),
        Importance.MEDIUM,
        "Pings in a row without an answer after which a primary is lost. One that says itself that"
            + " it stepped down is lost at once.",
        FAILOVER,
        -1,
        Width.SHORT,
        PING_FAILURES_CONFIG);
    millis(
        def,
        ELECTION_TIMEOUT_CONFIG,
        60_000,
        "How long an election may take before a second alert.",
        FAILOVER);
    def.define(
        FILE_SD_CONFIG,
        Type.STRING,
        "",
        Importance.MEDIUM,
        "Directory in which a file per cluster names its primary, in the form of Prometheus'"
            + " file-based service discovery; empty for none.",
        FAILOVER,
        -1,
        Width.LONG,
        FILE_SD_CONFIG);
    secret(
        def,
        FAILOVER_WEBHOOK_CONFIG,
        "Address that each new primary is posted to as JSON; empty for none.");
    secret(
        def,
        FAILOVER_AUTHORIZATION_CONFIG,
        "Value of the Authorization header sent with each new primary.");
    def.define(
        UPDATERS_CONFIG,
        Type.LIST,
        List.of(),
        ConfigDef.ValidList.anyNonDuplicateValues(true, false),
        Importance.LOW,
        "Classes of further endpoint updaters, which are told of each new primary.",
        FAILOVER,
        -1,
        Width.LONG,
        UPDATERS_CONFIG);
  }

  private static void millis(ConfigDef def, String name, long value, String doc, String group) {
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

  private static void percent(ConfigDef def, String name, double value, String doc) {
    def.define(
        name,
        Type.DOUBLE,
        value,
        Range.atLeast(0),
        Importance.MEDIUM,
        doc,
        ALERTS,
        -1,
        Width.SHORT,
        name);
  }

  private static void secret(ConfigDef def, String name, String doc) {
    def.define(name, Type.PASSWORD, "", null, Importance.MEDIUM, doc, ALERTS, -1, Width.LONG, name);
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
    webhook();
    address(FAILOVER_WEBHOOK_CONFIG);
    clusters.keySet().forEach(this::cluster);
  }

  /** Connection strings of the clusters that are watched, by alias. */
  public Map<String, Password> clusters() {
    return clusters;
  }

  public ConnectSettings connect() {
    return connect;
  }

  public Duration interval() {
    return duration(INTERVAL_CONFIG);
  }

  public InetSocketAddress httpAddress() {
    return new InetSocketAddress(getString(HTTP_HOST_CONFIG), getInt(HTTP_PORT_CONFIG));
  }

  public Limit maxBackupAge() {
    return limit(BACKUP_AGE_CONFIG);
  }

  public Limit maxBackupChange() {
    return new Limit(getDouble(BACKUP_CHANGE_CONFIG) / 100, margin());
  }

  public Limit maxRestoreTestAge() {
    return limit(RESTORE_TEST_AGE_CONFIG);
  }

  public Limit maxOplogLag() {
    return limit(OPLOG_LAG_CONFIG);
  }

  public Duration heartbeatTolerance() {
    return duration(HEARTBEAT_TOLERANCE_CONFIG);
  }

  public Limit maxArchiveLag() {
    return limit(ARCHIVE_LAG_CONFIG);
  }

  /** Half of the topic's retention: the time to repair the archiver is the other half. */
  public Limit maxBacklogShare() {
    return new Limit(0.5, margin());
  }

  public Limit minOplogWindow() {
    return limit(OPLOG_WINDOW_CONFIG);
  }

  public Duration failureMemory() {
    return duration(FAILURE_MEMORY_CONFIG);
  }

  public Limit maxBlindness() {
    return limit(BLIND_CONFIG);
  }

  public Duration raiseAfter() {
    return duration(RAISE_AFTER_CONFIG);
  }

  public Duration resolveAfter() {
    return duration(RESOLVE_AFTER_CONFIG);
  }

  /** Where alerts are posted to, if anywhere. */
  public Optional<URI> webhook() {
    return address(WEBHOOK_URL_CONFIG);
  }

  public String webhookAuthorization() {
    return getPassword(WEBHOOK_AUTHORIZATION_CONFIG).value();
  }

  public Duration pingInterval() {
    return duration(PING_INTERVAL_CONFIG);
  }

  public Duration pingTimeout() {
    return duration(PING_TIMEOUT_CONFIG);
  }

  public int pingFailures() {
    return getInt(PING_FAILURES_CONFIG);
  }

  public Duration electionTimeout() {
    return duration(ELECTION_TIMEOUT_CONFIG);
  }

  /** Who is told of new primaries. */
  public List<EndpointUpdater> updaters(InstantSource clock) {
    List<EndpointUpdater> updaters = new ArrayList<>();
    if (!getString(FILE_SD_CONFIG).isEmpty()) {
      updaters.add(new FileSdUpdater(Path.of(getString(FILE_SD_CONFIG))));
    }
    address(FAILOVER_WEBHOOK_CONFIG)
        .ifPresent(
            uri ->
                updaters.add(
                    new WebhookUpdater(
                        uri, getPassword(FAILOVER_AUTHORIZATION_CONFIG).value(), clock)));
    updaters.addAll(getConfiguredInstances(UPDATERS_CONFIG, EndpointUpdater.class));
    return updaters;
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

  private Optional<URI> address(String name) {
    String value = getPassword(name).value();
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

  private Duration duration(String name) {
    return Duration.ofMillis(getLong(name));
  }

  private Limit limit(String name) {
    return Limit.of(duration(name), margin());
  }

  private double margin() {
    return getDouble(MARGIN_CONFIG) / 100;
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
