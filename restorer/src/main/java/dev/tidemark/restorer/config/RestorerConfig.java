package dev.tidemark.restorer.config;

import dev.tidemark.archive.schedule.CronSchedule;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/**
 * The settings of the restorer, from one properties file. Settings of Kafka's clients, such as
 * {@code security.protocol}, stand beside them under their own names.
 */
public final class RestorerConfig extends AbstractConfig {

  public static final String BOOTSTRAP_SERVERS_CONFIG =
      CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
  private static final String BOOTSTRAP_SERVERS_DOC = "Brokers to begin with, as host:port.";

  public static final String GROUP_ID_CONFIG = "group.id";
  private static final String GROUP_ID_DOC =
      "Prefix of the consumer groups that share the requests: workers with the same value share"
          + " the work. Their lag is the number of requests outstanding.";

  public static final String WORKER_ID_CONFIG = "worker.id";
  private static final String WORKER_ID_DOC =
      "How this worker calls itself in statuses and leases; the host's name and a number if empty.";

  public static final String WORK_DIRECTORY_CONFIG = "work.directory";
  private static final String WORK_DIRECTORY_DOC =
      "A directory for what is spilled during a job; emptied when the job ends. A restore that"
          + " touches more than fits into memory needs room for the touched documents and the"
          + " entries.";

  public static final String REQUEST_MAX_AGE_CONFIG = "request.max.age.ms";
  private static final String REQUEST_MAX_AGE_DOC =
      "A request older than this about which nothing is known is refused, because it may have been"
          + " carried out before.";

  public static final String LEASE_CONFIG = "lease.ms";
  private static final String LEASE_DOC =
      "How long a worker's right to write into a target outlasts its last sign of life. Another"
          + " worker goes on with the restore that much later.";

  public static final String LEASE_PATIENCE_CONFIG = "lease.patience.ms";
  private static final String LEASE_PATIENCE_DOC =
      "How long a restore waits for a target that another one holds before it fails.";

  public static final String RESTORE_PARALLELISM_CONFIG = "restore.parallelism";
  private static final String RESTORE_PARALLELISM_DOC =
      "Threads that read and fold, and batches under way to the target; 0 for the number of"
          + " processors.";

  public static final String RESTORE_MEMORY_CONFIG = "restore.memory.bytes";
  private static final String RESTORE_MEMORY_DOC =
      "Touched documents that a restore holds in memory before it spills to disk; 0 for two fifths"
          + " of the heap.";

  public static final String LATEST_WAIT_CONFIG = "restore.latest.wait.ms";
  private static final String LATEST_WAIT_DOC =
      "How long a restore to 'latest' waits for the newest write of the source to arrive on Kafka.";

  public static final String SNAPSHOT_PARALLELISM_CONFIG = "snapshot.parallelism";
  private static final String SNAPSHOT_PARALLELISM_DOC =
      "Ranges of collections that a snapshot reads at a time.";

  public static final String SNAPSHOT_MAX_MBPS_CONFIG = "snapshot.max.mbps";
  private static final String SNAPSHOT_MAX_MBPS_DOC =
      "Megabytes a second that a snapshot reads from the source at most, unless the request says"
          + " otherwise; 0 for no bound.";

  public static final String SNAPSHOT_RANGE_BYTES_CONFIG = "snapshot.range.bytes";
  private static final String SNAPSHOT_RANGE_BYTES_DOC =
      "Size of the ranges in which large collections are read in parallel, before compression.";

  public static final String SNAPSHOT_SCHEDULE_CONFIG = "snapshot.schedule";
  private static final String SNAPSHOT_SCHEDULE_DOC =
      "When snapshots of all configured clusters are taken, as a cron expression of five fields in"
          + " UTC; 'none' for never. snapshot.schedule.<alias> says otherwise for one cluster. However"
          + " many workers there are, each snapshot is taken once.";

  public static final String SYNTHETIC_SCHEDULE_CONFIG = "snapshot.synthetic.schedule";
  private static final String SYNTHETIC_SCHEDULE_DOC =
      "When the newest snapshots are rolled forward into new ones out of the archive, without"
          + " reading the sources: a cron expression as for snapshot.schedule, or 'none'. Every few"
          + " hours bounds the work of a restore. snapshot.synthetic.schedule.<alias> says otherwise"
          + " for one cluster.";

  public static final String SNAPSHOT_LOCAL_DIRECTORY_CONFIG = "snapshot.local.directory";
  private static final String SNAPSHOT_LOCAL_DIRECTORY_DOC =
      "A directory of this machine into which every snapshot is copied that this worker takes. It is"
          + " an archive of its own (file:<directory>), for restores that need not wait for the object"
          + " store. Empty for no copies.";

  public static final String SNAPSHOT_LOCAL_DAYS_CONFIG = "snapshot.local.days";
  private static final String SNAPSHOT_LOCAL_DAYS_DOC =
      "How many days copies of snapshots are kept. The newest one of a cluster stays.";

  public static final String DRILL_PATIENCE_CONFIG = "drill.patience.ms";
  private static final String DRILL_PATIENCE_DOC =
      "How long a drill waits until what it wrote is on Kafka, and again until it is archived.";

  public static final String DRILL_REQUEST_TIMEOUT_CONFIG = "drill.request.timeout.ms";
  private static final String DRILL_REQUEST_TIMEOUT_DOC =
      "How long the snapshot of a drill may take, and again the restore, before the drill fails.";

  private static final String GROUP_KAFKA = "Kafka";
  private static final String GROUP_WORKER = "Worker";
  private static final String GROUP_RESTORE = "Restores";
  private static final String GROUP_SNAPSHOT = "Snapshots";
  private static final String GROUP_DRILL = "Drills";

  public static final ConfigDef DEFINITION = definition();

  private final Aliases aliases;
  private final DrillSettings drills;

  public RestorerConfig(Map<String, ?> values) {
    super(DEFINITION, values, false);
    this.aliases = Aliases.of(this);
    this.drills = DrillSettings.of(this, aliases);
  }

  private static ConfigDef definition() {
    ConfigDef def = new ConfigDef();
    def.define(
        BOOTSTRAP_SERVERS_CONFIG,
        Type.LIST,
        ConfigDef.NO_DEFAULT_VALUE,
        ConfigDef.ValidList.anyNonDuplicateValues(false, false),
        Importance.HIGH,
        BOOTSTRAP_SERVERS_DOC,
        GROUP_KAFKA,
        1,
        Width.LONG,
        BOOTSTRAP_SERVERS_CONFIG);
    text(def, GROUP_ID_CONFIG, "tidemark-restorer", Importance.MEDIUM, GROUP_ID_DOC, GROUP_KAFKA);
    text(def, WORKER_ID_CONFIG, "", Importance.LOW, WORKER_ID_DOC, GROUP_WORKER);
    text(
        def,
        WORK_DIRECTORY_CONFIG,
        Path.of(System.getProperty("java.io.tmpdir"), "tidemark-restorer").toString(),
        Importance.MEDIUM,
        WORK_DIRECTORY_DOC,
        GROUP_WORKER);
    number(def, REQUEST_MAX_AGE_CONFIG, 3_600_000L, 1, REQUEST_MAX_AGE_DOC, GROUP_WORKER);
    number(def, LEASE_CONFIG, 30_000L, 1_000, LEASE_DOC, GROUP_RESTORE);
    number(def, LEASE_PATIENCE_CONFIG, 120_000L, 0, LEASE_PATIENCE_DOC, GROUP_RESTORE);
    number(def, RESTORE_PARALLELISM_CONFIG, 0L, 0, RESTORE_PARALLELISM_DOC, GROUP_RESTORE);
    number(def, RESTORE_MEMORY_CONFIG, 0L, 0, RESTORE_MEMORY_DOC, GROUP_RESTORE);
    number(def, LATEST_WAIT_CONFIG, 30_000L, 0, LATEST_WAIT_DOC, GROUP_RESTORE);
    number(def, SNAPSHOT_PARALLELISM_CONFIG, 2L, 1, SNAPSHOT_PARALLELISM_DOC, GROUP_SNAPSHOT);
    number(
        def,
        SNAPSHOT_RANGE_BYTES_CONFIG,
        128L << 20,
        1 << 20,
        SNAPSHOT_RANGE_BYTES_DOC,
        GROUP_SNAPSHOT);
    def.define(
        SNAPSHOT_MAX_MBPS_CONFIG,
        Type.DOUBLE,
        0.0,
        Range.atLeast(0),
        Importance.MEDIUM,
        SNAPSHOT_MAX_MBPS_DOC,
        GROUP_SNAPSHOT,
        -1,
        Width.SHORT,
        SNAPSHOT_MAX_MBPS_CONFIG);
    text(
        def,
        SNAPSHOT_SCHEDULE_CONFIG,
        "0 2 * * *",
        Importance.MEDIUM,
        SNAPSHOT_SCHEDULE_DOC,
        GROUP_SNAPSHOT);
    text(
        def,
        SYNTHETIC_SCHEDULE_CONFIG,
        CronSchedule.NONE,
        Importance.MEDIUM,
        SYNTHETIC_SCHEDULE_DOC,
        GROUP_SNAPSHOT);
    text(
        def,
        SNAPSHOT_LOCAL_DIRECTORY_CONFIG,
        "",
        Importance.MEDIUM,
        SNAPSHOT_LOCAL_DIRECTORY_DOC,
        GROUP_SNAPSHOT);
    number(def, SNAPSHOT_LOCAL_DAYS_CONFIG, 7L, 0, SNAPSHOT_LOCAL_DAYS_DOC, GROUP_SNAPSHOT);
    number(def, DRILL_PATIENCE_CONFIG, 300_000L, 1_000, DRILL_PATIENCE_DOC, GROUP_DRILL);
    number(
        def,
        DRILL_REQUEST_TIMEOUT_CONFIG,
        6 * 3_600_000L,
        1_000,
        DRILL_REQUEST_TIMEOUT_DOC,
        GROUP_DRILL);
    RegistryConfig.define(def);
    TopicNames.define(def);
    return ArchiveConfig.define(def);
  }

  private static void text(
      ConfigDef def, String name, String value, Importance importance, String doc, String group) {
    def.define(name, Type.STRING, value, null, importance, doc, group, -1, Width.MEDIUM, name);
  }

  private static void number(
      ConfigDef def, String name, long value, long least, String doc, String group) {
    def.define(
        name,
        Type.LONG,
        value,
        Range.atLeast(least),
        Importance.MEDIUM,
        doc,
        group,
        -1,
        Width.SHORT,
        name);
  }

  public Aliases aliases() {
    return aliases;
  }

  public DrillSettings drills() {
    return drills;
  }

  public Duration drillPatience() {
    return Duration.ofMillis(getLong(DRILL_PATIENCE_CONFIG));
  }

  public Duration drillRequestTimeout() {
    return Duration.ofMillis(getLong(DRILL_REQUEST_TIMEOUT_CONFIG));
  }

  public TopicNames topics() {
    return TopicNames.of(values());
  }

  public ArchiveConfig archive() {
    return ArchiveConfig.of(this);
  }

  public RegistryConfig registry() {
    return new RegistryConfig(originals());
  }

  public String groupId() {
    return getString(GROUP_ID_CONFIG);
  }

  public String workerId() {
    return getString(WORKER_ID_CONFIG);
  }

  public Path workDirectory() {
    return Path.of(getString(WORK_DIRECTORY_CONFIG));
  }

  public Duration requestMaxAge() {
    return Duration.ofMillis(getLong(REQUEST_MAX_AGE_CONFIG));
  }

  public Duration latestWait() {
    return Duration.ofMillis(getLong(LATEST_WAIT_CONFIG));
  }

  public LeaseTerms lease() {
    return new LeaseTerms(
        Duration.ofMillis(getLong(LEASE_CONFIG)),
        Duration.ofMillis(getLong(LEASE_PATIENCE_CONFIG)));
  }

  public int restoreParallelism() {
    int configured = getLong(RESTORE_PARALLELISM_CONFIG).intValue();
    return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
  }

  public long restoreMemory() {
    long configured = getLong(RESTORE_MEMORY_CONFIG);
    return configured > 0 ? configured : Runtime.getRuntime().maxMemory() / 5 * 2;
  }

  public int snapshotParallelism() {
    return getLong(SNAPSHOT_PARALLELISM_CONFIG).intValue();
  }

  public double snapshotMaxMbps() {
    return getDouble(SNAPSHOT_MAX_MBPS_CONFIG);
  }

  public long snapshotRangeBytes() {
    return getLong(SNAPSHOT_RANGE_BYTES_CONFIG);
  }

  /** Where snapshots are copied to. */
  public Optional<Path> snapshotLocalDirectory() {
    String directory = getString(SNAPSHOT_LOCAL_DIRECTORY_CONFIG);
    return directory.isBlank() ? Optional.empty() : Optional.of(Path.of(directory));
  }

  /** How long the copies are kept. */
  public Duration snapshotLocalAge() {
    return Duration.ofDays(getLong(SNAPSHOT_LOCAL_DAYS_CONFIG));
  }

  /** The cron expression of a cluster's snapshots; {@code none} for never. */
  public String snapshotSchedule(String cluster) {
    return schedule(SNAPSHOT_SCHEDULE_CONFIG, cluster);
  }

  /** The cron expression of a cluster's synthetic snapshots; {@code none} for never. */
  public String syntheticSchedule(String cluster) {
    return schedule(SYNTHETIC_SCHEDULE_CONFIG, cluster);
  }

  private String schedule(String setting, String cluster) {
    Object own = originals().get(setting + "." + cluster);
    return own == null ? getString(setting) : String.valueOf(own);
  }

  /** The brokers and what else of the settings Kafka's clients know. */
  public Map<String, Object> kafkaClients() {
    Map<String, Object> settings = new HashMap<>();
    for (Map.Entry<String, Object> setting : originals().entrySet()) {
      if (isClientSetting(setting.getKey())) {
        settings.put(setting.getKey(), setting.getValue());
      }
    }
    settings.put(BOOTSTRAP_SERVERS_CONFIG, List.copyOf(getList(BOOTSTRAP_SERVERS_CONFIG)));
    return settings;
  }

  private static boolean isClientSetting(String name) {
    return !Set.of(GROUP_ID_CONFIG).contains(name)
        && (AdminClientConfig.configNames().contains(name)
            || ConsumerConfig.configNames().contains(name)
            || ProducerConfig.configNames().contains(name));
  }
}
