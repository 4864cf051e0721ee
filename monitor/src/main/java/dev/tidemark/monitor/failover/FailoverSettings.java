package dev.tidemark.monitor.failover;

import dev.tidemark.monitor.config.ConfigKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** How primaries are watched, and who is told of new ones. */
public final class FailoverSettings {

  public static final String PING_INTERVAL_CONFIG = "failover.ping.interval.ms";
  public static final String PING_TIMEOUT_CONFIG = "failover.ping.timeout.ms";
  public static final String PING_FAILURES_CONFIG = "failover.ping.failures";
  public static final String ELECTION_TIMEOUT_CONFIG = "failover.election.timeout.ms";
  public static final String FILE_SD_CONFIG = "failover.file.sd.directory";
  public static final String WEBHOOK_CONFIG = "failover.webhook.url";
  public static final String AUTHORIZATION_CONFIG = "failover.webhook.authorization";
  public static final String UPDATERS_CONFIG = "failover.updaters";

  private static final String GROUP = "Failover";

  private final AbstractConfig config;

  private FailoverSettings(AbstractConfig config) {
    this.config = config;
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef def) {
    ConfigKeys.millis(
        def,
        PING_INTERVAL_CONFIG,
        1_000,
        "How often each cluster's primary is pinged. Changes that the driver notices are looked at"
            + " at once.",
        GROUP);
    ConfigKeys.millis(def, PING_TIMEOUT_CONFIG, 2_000, "How long one ping may take.", GROUP);
    def.define(
        PING_FAILURES_CONFIG,
        Type.INT,
        3,
        Range.atLeast(2),
        Importance.MEDIUM,
        "Pings in a row without an answer after which a primary is lost. One that says itself that"
            + " it stepped down is lost at once.",
        GROUP,
        -1,
        Width.SHORT,
        PING_FAILURES_CONFIG);
    ConfigKeys.millis(
        def,
        ELECTION_TIMEOUT_CONFIG,
        60_000,
        "How long an election may take before a second alert.",
        GROUP);
    def.define(
        FILE_SD_CONFIG,
        Type.STRING,
        "",
        Importance.MEDIUM,
        "Directory in which a file per cluster names its primary, in the form of Prometheus'"
            + " file-based service discovery; empty for none.",
        GROUP,
        -1,
        Width.LONG,
        FILE_SD_CONFIG);
    ConfigKeys.secret(
        def,
        WEBHOOK_CONFIG,
        "Address that each new primary is posted to as JSON; empty for none.",
        GROUP);
    ConfigKeys.secret(
        def,
        AUTHORIZATION_CONFIG,
        "Value of the Authorization header sent with each new primary.",
        GROUP);
    def.define(
        UPDATERS_CONFIG,
        Type.LIST,
        List.of(),
        ConfigDef.ValidList.anyNonDuplicateValues(true, false),
        Importance.LOW,
        "Classes of further endpoint updaters, which are told of each new primary.",
        GROUP,
        -1,
        Width.LONG,
        UPDATERS_CONFIG);
  }

  /**
   * The settings of a parsed configuration.
   *
   * @throws ConfigException if the webhook's address is none
   */
  public static FailoverSettings of(AbstractConfig config) {
    ConfigKeys.address(config, WEBHOOK_CONFIG);
    return new FailoverSettings(config);
  }

  public Duration pingInterval() {
    return ConfigKeys.duration(config, PING_INTERVAL_CONFIG);
  }

  public Duration pingTimeout() {
    return ConfigKeys.duration(config, PING_TIMEOUT_CONFIG);
  }

  public int pingFailures() {
    return config.getInt(PING_FAILURES_CONFIG);
  }

  public Duration electionTimeout() {
    return ConfigKeys.duration(config, ELECTION_TIMEOUT_CONFIG);
  }

  /** Who is told of new primaries. */
  public List<EndpointUpdater> updaters(InstantSource clock) {
    List<EndpointUpdater> updaters = new ArrayList<>();
    if (!config.getString(FILE_SD_CONFIG).isEmpty()) {
      updaters.add(new FileSdUpdater(Path.of(config.getString(FILE_SD_CONFIG))));
    }
    ConfigKeys.address(config, WEBHOOK_CONFIG)
        .ifPresent(
            uri ->
                updaters.add(
                    new WebhookUpdater(
                        uri, config.getPassword(AUTHORIZATION_CONFIG).value(), clock)));
    updaters.addAll(config.getConfiguredInstances(UPDATERS_CONFIG, EndpointUpdater.class));
    return updaters;
  }
}
