package dev.tidemark.tailer.config;

import com.mongodb.ConnectionString;
import dev.tidemark.tailer.position.StartPosition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;

/**
 * The connector's configuration, with a typed accessor for each key of {@link OplogSourceKeys}.
 *
 * <p>Immutable. Construction checks each value on its own; {@code
 * dev.tidemark.tailer.check.ConfigCheck} checks rules that span values, MongoDB and Kafka.
 */
public class OplogSourceConfig extends AbstractConfig {

  /** Connect's own key for the largest number of tasks. */
  public static final String TASKS_MAX = "tasks.max";

  /**
   * @throws org.apache.kafka.common.config.ConfigException naming the key, the value's problem and
   *     an example of a right one
   */
  public OplogSourceConfig(Map<String, String> properties) {
    super(OplogSourceKeys.CONFIG_DEF, properties, false);
  }

  /** How many tasks Connect may start. */
  public int tasksMax() {
    Object tasks = originals().get(TASKS_MAX);
    return tasks == null ? 1 : Integer.parseInt(tasks.toString().strip());
  }

  /** The connector's name as Connect knows it. */
  public String connectorName() {
    Object name = originals().get("name");
    return name == null ? "tidemark-tailer" : name.toString();
  }

  /**
   * One connection string for each seed list, with {@link #username()} and {@link #password()}.
   *
   * @throws InvalidValueException if these do not go with the strings' options
   * @throws dev.tidemark.oplog.error.TidemarkException {@code TAILER_NO_MEMBER} if the name of a
   *     {@code mongodb+srv} string cannot be looked up
   */
  public List<ConnectionString> uris() {
    return ConnectionStrings.parse(
        getPassword(OplogSourceKeys.MONGODB_URI).value(), username(), password());
  }

  /** The user that takes the place of the connection strings' own, or null. */
  public String username() {
    return getString(OplogSourceKeys.MONGODB_USERNAME);
  }

  /** The password of {@link #username()}, or null. */
  public Password password() {
    return getPassword(OplogSourceKeys.MONGODB_PASSWORD);
  }

  /** Where the certificates of trusted servers are, or null for the JVM's own. */
  public KeyStoreFile trustStore() {
    return keyStore(
        OplogSourceKeys.MONGODB_TLS_TRUSTSTORE_LOCATION,
        OplogSourceKeys.MONGODB_TLS_TRUSTSTORE_PASSWORD);
  }

  /** Where the client's own certificate is, or null for none. */
  public KeyStoreFile keyStore() {
    return keyStore(
        OplogSourceKeys.MONGODB_TLS_KEYSTORE_LOCATION,
        OplogSourceKeys.MONGODB_TLS_KEYSTORE_PASSWORD);
  }

  private KeyStoreFile keyStore(String location, String password) {
    String path = getString(location);
    return path == null || path.isEmpty()
        ? null
        : new KeyStoreFile(path, getPassword(password), location, password);
  }

  public Duration connectTimeout() {
    return millis(getInt(OplogSourceKeys.MONGODB_CONNECT_TIMEOUT_MS));
  }

  public Duration socketTimeout() {
    return millis(getInt(OplogSourceKeys.MONGODB_SOCKET_TIMEOUT_MS));
  }

  public MemberPreference memberPreference() {
    return MemberPreference.parse(getString(OplogSourceKeys.MEMBER_PREFERENCE));
  }

  /** A member whose majority-committed data is older than this is not read. */
  public Duration memberMaxLag() {
    return millis(getLong(OplogSourceKeys.MEMBER_MAX_LAG_MS));
  }

  /** Whether a sharded cluster's config servers are captured too. */
  public boolean includeConfigServers() {
    return getBoolean(OplogSourceKeys.SHARDS_INCLUDE_CONFIG);
  }

  public Duration shardDiscoveryInterval() {
    return millis(getLong(OplogSourceKeys.SHARDS_DISCOVERY_INTERVAL_MS));
  }

  public StartPosition startPosition() {
    return StartPosition.parse(getString(OplogSourceKeys.START_POSITION));
  }

  /** Whether capture goes on after a gap, behind its marker. */
  public boolean continuesAfterGap() {
    return getString(OplogSourceKeys.ON_GAP).equals(OplogSourceKeys.CONTINUE);
  }

  /** Whether capture may begin anew in a topic that already holds events of the set. */
  public boolean startsOverExistingEvents() {
    return getString(OplogSourceKeys.ON_EXISTING_EVENTS).equals(OplogSourceKeys.CONTINUE);
  }

  /** The time that an oplog which is full must at least span. */
  public Duration minimumOplogWindow() {
    return millis(getLong(OplogSourceKeys.OPLOG_WINDOW_MIN_MS));
  }

  public String topic() {
    return getString(OplogSourceKeys.TOPIC);
  }

  /** The partitions that were chosen by hand. */
  public PartitionMap partitionMap() {
    return PartitionMap.parse(getList(OplogSourceKeys.PARTITION_MAP));
  }

  public int topicPartitions() {
    return getInt(OplogSourceKeys.TOPIC_PARTITIONS);
  }

  public short topicReplicationFactor() {
    return getShort(OplogSourceKeys.TOPIC_REPLICATION_FACTOR);
  }

  public Duration topicRetention() {
    return millis(getLong(OplogSourceKeys.TOPIC_RETENTION_MS));
  }

  /** Client settings for looking at the topic: everything under the prefix {@code kafka.}. */
  public Map<String, Object> kafkaClient() {
    return new HashMap<>(originalsWithPrefix(OplogSourceKeys.KAFKA_PREFIX));
  }

  /** Bytes of entries that may be read ahead. */
  public long queueMaxBytes() {
    return getLong(OplogSourceKeys.QUEUE_MAX_BYTES);
  }

  /** Bytes of entries handed to Connect at once. */
  public int pollMaxBytes() {
    return getInt(OplogSourceKeys.POLL_MAX_BYTES);
  }

  public Duration heartbeatInterval() {
    return millis(getInt(OplogSourceKeys.HEARTBEAT_INTERVAL_MS));
  }

  public Duration retryBackoffMin() {
    return millis(getLong(OplogSourceKeys.RETRY_BACKOFF_MIN_MS));
  }

  public Duration retryBackoffMax() {
    return millis(getLong(OplogSourceKeys.RETRY_BACKOFF_MAX_MS));
  }

  /** How long faults are retried before the task fails, or null for ever. */
  public Duration retryTimeout() {
    long timeout = getLong(OplogSourceKeys.RETRY_TIMEOUT_MS);
    return timeout < 0 ? null : millis(timeout);
  }

  /** The properties of a task that captures one replica set. */
  public Map<String, String> taskProperties(TaskAssignment assignment) {
    Map<String, String> properties = new HashMap<>(originalsStrings());
    properties.putAll(assignment.toProperties());
    return properties;
  }

  private static Duration millis(long value) {
    return Duration.ofMillis(value);
  }

  /** The hosts of all connection strings as they are written, which hold no secrets. */
  public List<String> seeds() {
    return ConnectionStrings.hosts(getPassword(OplogSourceKeys.MONGODB_URI).value());
  }
}
