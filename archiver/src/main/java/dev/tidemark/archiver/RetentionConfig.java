package dev.tidemark.archiver;

import dev.tidemark.archive.retention.RetentionPolicy;
import dev.tidemark.archive.schedule.CronSchedule;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.oplog.error.TidemarkException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** When the archiver runs retention, and what is kept. */
public final class RetentionConfig {

  public static final String SCHEDULE_CONFIG = "retention.schedule";
  private static final String SCHEDULE_DOC =
      "When to delete what the retention no longer keeps: a cron expression of five fields in UTC, or"
          + " none. One of a cluster's archivers does it; its account must be allowed to delete"
          + " objects.";

  public static final String CONTINUOUS_MS_CONFIG = "retention.continuous.ms";
  private static final String CONTINUOUS_MS_DOC = "How far back every moment can be restored.";

  public static final String SNAPSHOTS_MS_CONFIG = "retention.snapshots.ms";
  private static final String SNAPSHOTS_MS_DOC =
      "How long snapshots are kept; the newest good one always is. Unset: 30 days, in a local"
          + " directory 7.";

  public static final String GRACE_MS_CONFIG = "retention.grace.ms";
  private static final String GRACE_MS_DOC =
      "How long segments stay after they left the index: longer than any restore takes.";

  public static final String COMPACT_CONFIG = "retention.compact";
  private static final String COMPACT_DOC =
      "Whether retention also replaces the small segments of finished hours by one each. Reads and"
          + " writes everything once more; makes fewer objects.";

  private static final String GROUP = "Retention";

  private final AbstractConfig settings;

  RetentionConfig(AbstractConfig settings) {
    this.settings = settings;
  }

  /**
   * Reads the settings of retention alone, so that a run by hand keeps what the archiver keeps.
   *
   * @param settings an archiver's, or any part of them
   * @throws org.apache.kafka.common.config.ConfigException if one of retention's is not usable
   */
  public static RetentionConfig of(Map<String, ?> settings) {
    return new RetentionConfig(new AbstractConfig(define(new ConfigDef()), settings, false));
  }

  static ConfigDef define(ConfigDef def) {
    return def.define(
            SCHEDULE_CONFIG,
            Type.STRING,
            "30 3 * * *",
            new NonEmptyString(),
            Importance.MEDIUM,
            SCHEDULE_DOC,
            GROUP,
            1,
            Width.MEDIUM,
            SCHEDULE_CONFIG)
        .define(
            CONTINUOUS_MS_CONFIG,
            Type.LONG,
            RetentionPolicy.DEFAULTS.continuous().toMillis(),
            Range.atLeast(0),
            Importance.MEDIUM,
            CONTINUOUS_MS_DOC,
            GROUP,
            2,
            Width.SHORT,
            CONTINUOUS_MS_CONFIG)
        .define(
            SNAPSHOTS_MS_CONFIG,
            Type.LONG,
            null,
            Importance.MEDIUM,
            SNAPSHOTS_MS_DOC,
            GROUP,
            3,
            Width.SHORT,
            SNAPSHOTS_MS_CONFIG)
        .define(
            GRACE_MS_CONFIG,
            Type.LONG,
            RetentionPolicy.DEFAULTS.grace().toMillis(),
            Range.atLeast(0),
            Importance.LOW,
            GRACE_MS_DOC,
            GROUP,
            4,
            Width.SHORT,
            GRACE_MS_CONFIG)
        .define(
            COMPACT_CONFIG,
            Type.BOOLEAN,
            false,
            Importance.LOW,
            COMPACT_DOC,
            GROUP,
            5,
            Width.SHORT,
            COMPACT_CONFIG);
  }

  /**
   * When retention is due.
   *
   * @throws TidemarkException {@code ARCHIVER_CONFIG_INVALID} if it is no cron expression
   */
  public CronSchedule schedule() {
    return new CronSchedule(
        settings.getString(SCHEDULE_CONFIG),
        SCHEDULE_CONFIG,
        ArchiverError.ARCHIVER_CONFIG_INVALID);
  }

  /** What is kept; what is not set depends on where the archive is. */
  public RetentionPolicy policy(ObjectStore store) {
    RetentionPolicy defaults = RetentionPolicy.defaultsFor(store);
    Long snapshots = settings.getLong(SNAPSHOTS_MS_CONFIG);
    return new RetentionPolicy(
        Duration.ofMillis(settings.getLong(CONTINUOUS_MS_CONFIG)),
        snapshots == null ? defaults.snapshots() : Duration.ofMillis(snapshots),
        Duration.ofMillis(settings.getLong(GRACE_MS_CONFIG)),
        defaults.unfinished());
  }

  /** The cluster that the archiver is for; empty if the settings do not name it. */
  public Optional<String> cluster() {
    return Optional.ofNullable(settings.originals().get(ArchiverConfig.CLUSTER_CONFIG))
        .map(Object::toString);
  }

  public boolean compacts() {
    return settings.getBoolean(COMPACT_CONFIG);
  }
}
