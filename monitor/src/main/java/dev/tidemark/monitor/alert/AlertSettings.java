package dev.tidemark.monitor.alert;

import dev.tidemark.monitor.condition.Limit;
import dev.tidemark.monitor.config.ConfigKeys;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** When there is an alert, and where it goes. */
public final class AlertSettings {

  public static final String BACKUP_AGE_CONFIG = "alert.backup.age.ms";
  public static final String BACKUP_CHANGE_CONFIG = "alert.backup.size.change.percent";
  public static final String RESTORE_TEST_AGE_CONFIG = "alert.restore.test.age.ms";
  public static final String OPLOG_LAG_CONFIG = "alert.oplog.lag.ms";
  public static final String HEARTBEAT_TOLERANCE_CONFIG = "alert.oplog.heartbeat.tolerance.ms";
  public static final String ARCHIVE_LAG_CONFIG = "alert.archive.lag.ms";
  public static final String BACKLOG_CONFIG = "alert.archive.backlog.percent";
  public static final String OPLOG_WINDOW_CONFIG = "alert.oplog.window.ms";
  public static final String FAILURE_MEMORY_CONFIG = "alert.failed.request.memory.ms";
  public static final String BLIND_CONFIG = "alert.monitor.blind.ms";
  public static final String RAISE_AFTER_CONFIG = "alert.raise.after.ms";
  public static final String RESOLVE_AFTER_CONFIG = "alert.resolve.after.ms";
  public static final String MARGIN_CONFIG = "alert.margin.percent";
  public static final String WEBHOOK_URL_CONFIG = "alert.webhook.url";
  public static final String WEBHOOK_AUTHORIZATION_CONFIG = "alert.webhook.authorization";

  private static final String GROUP = "Alerts";

  private final AbstractConfig config;

  private AlertSettings(AbstractConfig config) {
    this.config = config;
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef def) {
    ConfigKeys.millis(
        def,
        BACKUP_AGE_CONFIG,
        Duration.ofHours(24).toMillis(),
        "A cluster's newest snapshot may be this old. Longer makes restores slower, because more"
            + " entries are folded.",
        GROUP);
    ConfigKeys.percent(
        def,
        BACKUP_CHANGE_CONFIG,
        50,
        "A cluster's data may change by this much from one snapshot to the next.",
        GROUP);
    ConfigKeys.millis(
        def,
        RESTORE_TEST_AGE_CONFIG,
        Duration.ofDays(30).toMillis(),
        "The last verified restore of a cluster, by a drill or by a request, may be this old.",
        GROUP);
    ConfigKeys.millis(
        def,
        OPLOG_LAG_CONFIG,
        Duration.ofMinutes(1).toMillis(),
        "The capture of an oplog may be this far behind. It is the RPO that is alerted on.",
        GROUP);
    ConfigKeys.millis(
        def,
        HEARTBEAT_TOLERANCE_CONFIG,
        Duration.ofSeconds(30).toMillis(),
        "How old the newest entry of an idle set may be without suspicion; three times the"
            + " servers' periodicNoopIntervalSecs. Beyond it a heartbeat comes from a member that is"
            + " cut off.",
        GROUP);
    ConfigKeys.millis(
        def,
        ARCHIVE_LAG_CONFIG,
        Duration.ofMinutes(2).toMillis(),
        "A captured entry may wait this long for the archive; more than the archiver's"
            + " segment.window.ms.",
        GROUP);
    ConfigKeys.percent(
        def,
        BACKLOG_CONFIG,
        50,
        "How much of the topic's retention an entry may have waited for the archive; the rest is the"
            + " time to repair the archiver before entries are lost.",
        GROUP);
    ConfigKeys.millis(
        def,
        OPLOG_WINDOW_CONFIG,
        Duration.ofHours(6).toMillis(),
        "The capture must be able to stand still this long without losing its position.",
        GROUP);
    ConfigKeys.millis(
        def,
        FAILURE_MEMORY_CONFIG,
        Duration.ofHours(24).toMillis(),
        "A failed request that nobody repeated is alerted about this long.",
        GROUP);
    ConfigKeys.millis(
        def,
        BLIND_CONFIG,
        Duration.ofMinutes(1).toMillis(),
        "The monitor may be unable to read the topics this long.",
        GROUP);
    ConfigKeys.millis(
        def,
        RAISE_AFTER_CONFIG,
        10_000,
        "A condition must be bad this long before its alert is raised.",
        GROUP);
    ConfigKeys.millis(
        def,
        RESOLVE_AFTER_CONFIG,
        30_000,
        "A condition must be good this long before its alert is resolved.",
        GROUP);
    ConfigKeys.percent(
        def,
        MARGIN_CONFIG,
        10,
        "By how much of the threshold a value must be better to be good again.",
        GROUP);
    ConfigKeys.secret(
        def,
        WEBHOOK_URL_CONFIG,
        "Address that alerts are posted to as JSON when they are raised and when they are"
            + " resolved; empty for none.",
        GROUP);
    ConfigKeys.secret(
        def,
        WEBHOOK_AUTHORIZATION_CONFIG,
        "Value of the Authorization header sent to the webhook, for example 'Bearer …'.",
        GROUP);
  }

  /**
   * The settings of a parsed configuration.
   *
   * @throws ConfigException if the webhook's address is none
   */
  public static AlertSettings of(AbstractConfig config) {
    AlertSettings settings = new AlertSettings(config);
    settings.webhook();
    return settings;
  }

  public Limit maxBackupAge() {
    return limit(BACKUP_AGE_CONFIG);
  }

  public Limit maxBackupChange() {
    return new Limit(config.getDouble(BACKUP_CHANGE_CONFIG) / 100, margin());
  }

  public Limit maxRestoreTestAge() {
    return limit(RESTORE_TEST_AGE_CONFIG);
  }

  public Limit maxOplogLag() {
    return limit(OPLOG_LAG_CONFIG);
  }

  public Duration heartbeatTolerance() {
    return ConfigKeys.duration(config, HEARTBEAT_TOLERANCE_CONFIG);
  }

  public Limit maxArchiveLag() {
    return limit(ARCHIVE_LAG_CONFIG);
  }

  /** As a share of the topic's retention. */
  public Limit maxBacklogShare() {
    return new Limit(config.getDouble(BACKLOG_CONFIG) / 100, margin());
  }

  public Limit minOplogWindow() {
    return limit(OPLOG_WINDOW_CONFIG);
  }

  public Duration failureMemory() {
    return ConfigKeys.duration(config, FAILURE_MEMORY_CONFIG);
  }

  public Limit maxBlindness() {
    return limit(BLIND_CONFIG);
  }

  public Duration raiseAfter() {
    return ConfigKeys.duration(config, RAISE_AFTER_CONFIG);
  }

  public Duration resolveAfter() {
    return ConfigKeys.duration(config, RESOLVE_AFTER_CONFIG);
  }

  /** Where alerts are posted to, if anywhere. */
  public Optional<URI> webhook() {
    return ConfigKeys.address(config, WEBHOOK_URL_CONFIG);
  }

  public String webhookAuthorization() {
    return config.getPassword(WEBHOOK_AUTHORIZATION_CONFIG).value();
  }

  private Limit limit(String name) {
    return Limit.of(ConfigKeys.duration(config, name), margin());
  }

  private double margin() {
    return config.getDouble(MARGIN_CONFIG) / 100;
  }
}
