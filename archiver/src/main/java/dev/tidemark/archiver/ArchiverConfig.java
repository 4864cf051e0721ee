package dev.tidemark.archiver;

import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The archiver's settings. Besides those defined here, every setting of Kafka Streams, of its
 * clients and their security is passed on as it is.
 */
public final class ArchiverConfig extends AbstractConfig {

  public static final String CLUSTER_CONFIG = "cluster";
  private static final String CLUSTER_DOC =
      "Name of the MongoDB deployment; the first folder below the archive's root.";

  public static final String SEGMENT_WINDOW_MS_CONFIG = "segment.window.ms";
  private static final String SEGMENT_WINDOW_MS_DOC =
      "A segment ends when an event was observed this long after the segment's first entry. Shorter"
          + " windows make entries durable in the archive sooner and make more objects.";

  public static final String SEGMENT_MAX_BYTES_CONFIG = "segment.max.bytes";
  private static final String SEGMENT_MAX_BYTES_DOC =
      "A segment ends with the entry that brings the sum of its entries' sizes to this many bytes.";

  public static final String SPOOL_DIR_CONFIG = "spool.dir";
  private static final String SPOOL_DIR_DOC =
      "Local directory for segments until they are stored. What is in it is never needed after a"
          + " restart. Empty for a directory below state.dir.";

  public static final String SPOOL_MAX_BYTES_CONFIG = "spool.max.bytes";
  private static final String SPOOL_MAX_BYTES_DOC =
      "Compressed bytes that may wait for the object store. Beyond that, records pass by and are"
          + " read from the topic again once the store has caught up.";

  public static final String UPLOAD_THREADS_CONFIG = "upload.threads";
  private static final String UPLOAD_THREADS_DOC =
      "Replica sets whose segments are uploaded at the same time. Those of one set follow each other.";

  public static final String HANDOVER_MAX_BYTES_CONFIG = "handover.max.bytes";
  private static final String HANDOVER_MAX_BYTES_DOC =
      "Bytes of new records kept in memory per partition while older ones are read again.";

  public static final String STATE_DIR_DEFAULT = "/tmp/tidemark-archiver";

  private static final String GROUP = "Archiver";

  /** Records that lie in memory as objects at a time; more of them save nothing any more. */
  private static final int POLLED_RECORDS = 2_000;

  /** Bytes, compressed, that a broker sends at a time for all partitions. */
  private static final int FETCHED_BYTES = 8 << 20;

  private static final int BUFFERED_PACKS = 16;

  public static final ConfigDef DEFINITION = definition();

  private static ConfigDef definition() {
    ConfigDef def =
        new ConfigDef()
            .define(
                StreamsConfig.APPLICATION_ID_CONFIG,
                Type.STRING,
                "tidemark-archiver",
                new NonEmptyString(),
                Importance.HIGH,
                "Name of the application and of its consumer group. A second group, named after it"
                    + " with '-durable' appended, shows how far the archive has got.",
                GROUP,
                1,
                Width.MEDIUM,
                StreamsConfig.APPLICATION_ID_CONFIG)
            .define(
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                Type.LIST,
                Importance.HIGH,
                "Addresses of Kafka brokers, for example broker-1:9092,broker-2:9092.",
                GROUP,
                2,
                Width.LONG,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG)
            .define(
                CLUSTER_CONFIG,
                Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                new NonEmptyString(),
                Importance.HIGH,
                CLUSTER_DOC,
                GROUP,
                3,
                Width.MEDIUM,
                CLUSTER_CONFIG)
            .define(
                SEGMENT_WINDOW_MS_CONFIG,
                Type.LONG,
                15_000L,
                Range.between(100, 3_600_000),
                Importance.MEDIUM,
                SEGMENT_WINDOW_MS_DOC,
                GROUP,
                4,
                Width.SHORT,
                SEGMENT_WINDOW_MS_CONFIG)
            .define(
                SEGMENT_MAX_BYTES_CONFIG,
                Type.LONG,
                32L << 20,
                Range.between(1 << 10, 1 << 30),
                Importance.MEDIUM,
                SEGMENT_MAX_BYTES_DOC,
                GROUP,
                5,
                Width.SHORT,
                SEGMENT_MAX_BYTES_CONFIG)
            .define(
                SPOOL_DIR_CONFIG,
                Type.STRING,
                "",
                Importance.MEDIUM,
                SPOOL_DIR_DOC,
                GROUP,
                6,
                Width.LONG,
                SPOOL_DIR_CONFIG)
            .define(
                SPOOL_MAX_BYTES_CONFIG,
                Type.LONG,
                256L << 20,
                Range.atLeast(1 << 20),
                Importance.LOW,
                SPOOL_MAX_BYTES_DOC,
                GROUP,
                7,
                Width.SHORT,
                SPOOL_MAX_BYTES_CONFIG)
            .define(
                UPLOAD_THREADS_CONFIG,
                Type.INT,
                4,
                Range.between(1, 64),
                Importance.LOW,
                UPLOAD_THREADS_DOC,
                GROUP,
                8,
                Width.SHORT,
                UPLOAD_THREADS_CONFIG)
            .define(
                HANDOVER_MAX_BYTES_CONFIG,
                Type.LONG,
                32L << 20,
                Range.atLeast(1 << 20),
                Importance.LOW,
                HANDOVER_MAX_BYTES_DOC,
                GROUP,
                9,
                Width.SHORT,
                HANDOVER_MAX_BYTES_CONFIG)
            .define(
                StreamsConfig.STATE_DIR_CONFIG,
                Type.STRING,
                STATE_DIR_DEFAULT,
                Importance.LOW,
                "Local directory of Kafka Streams; it holds nothing that is needed after a restart.",
                GROUP,
                10,
                Width.LONG,
                StreamsConfig.STATE_DIR_CONFIG);
    return ArchiveConfig.define(
        RegistryConfig.define(TopicNames.define(RetentionConfig.define(def))));
  }

  public ArchiverConfig(Map<String, ?> settings) {
    super(DEFINITION, settings, false);
  }

  public String applicationId() {
    return getString(StreamsConfig.APPLICATION_ID_CONFIG);
  }

  /** The group whose offsets show what the archive holds. */
  public String durableGroup() {
    return applicationId() + "-durable";
  }

  public String cluster() {
    return getString(CLUSTER_CONFIG);
  }

  public Duration segmentWindow() {
    return Duration.ofMillis(getLong(SEGMENT_WINDOW_MS_CONFIG));
  }

  public long segmentMaxBytes() {
    return getLong(SEGMENT_MAX_BYTES_CONFIG);
  }

  public Path spoolDirectory() {
    String directory = getString(SPOOL_DIR_CONFIG);
    return directory.isEmpty()
        ? Path.of(getString(StreamsConfig.STATE_DIR_CONFIG), applicationId(), "spool")
        : Path.of(directory);
  }

  public long spoolMaxBytes() {
    return getLong(SPOOL_MAX_BYTES_CONFIG);
  }

  public int uploadThreads() {
    return getInt(UPLOAD_THREADS_CONFIG);
  }

  public long handoverMaxBytes() {
    return getLong(HANDOVER_MAX_BYTES_CONFIG);
  }

  public RetentionConfig retention() {
    return new RetentionConfig(this);
  }

  public TopicNames topics() {
    return TopicNames.of(values());
  }

  public RegistryConfig registry() {
    return new RegistryConfig(originals());
  }

  public ArchiveConfig archive() {
    return ArchiveConfig.of(this);
  }

  /** What Kafka Streams is started with. */
  Properties streams() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, getString(StreamsConfig.STATE_DIR_CONFIG));
    // Committed events only. What the archiver itself writes is keyed and repeated after a restart,
    // so transactions of its own would add failure modes and nothing else.
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
    // An archiver that died is replaced within seconds; its work is begun anew anyway.
    consumerDefault(properties, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    // Where the group has no offset the archive decides: it is read from its end on anyway.
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(
        StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class.getName());
    properties.put(
        StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class.getName());
    // Two small topics out, one in; a second between commits keeps the group's lag readable.
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
    consumerDefault(properties, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED_RECORDS);
    consumerDefault(properties, ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCHED_BYTES);
    // What Streams takes for records are packs of them.
    properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_PACKS);
    properties.putAll(originals());
    return properties;
  }

  /** In Streams a prefixed setting beats one without, and what the operator says beats both. */
  private void consumerDefault(Properties properties, String name, Object value) {
    if (!originals().containsKey(name)) {
      properties.put(StreamsConfig.consumerPrefix(name), value);
    }
  }

  /** What the reader that catches up is started with: the consumer settings, without a group. */
  Map<String, Object> rereader() {
    Map<String, Object> settings =
        new HashMap<>(originalsWithPrefix(StreamsConfig.CONSUMER_PREFIX));
    originals()
        .forEach((key, value) -> copyIfOf(ConsumerConfig.configNames(), key, value, settings));
    settings.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED_RECORDS);
    settings.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCHED_BYTES);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, applicationId() + "-catch-up");
    return settings;
  }

  /** What the admin client is started with. */
  Map<String, Object> admin() {
    Map<String, Object> settings = new HashMap<>(originalsWithPrefix("admin."));
    originals()
        .forEach((key, value) -> copyIfOf(AdminClientConfig.configNames(), key, value, settings));
    return settings;
  }

  private static void copyIfOf(
      Set<String> names, String key, Object value, Map<String, Object> into) {
    if (names.contains(key)) {
      into.putIfAbsent(key, value);
    }
  }
}
