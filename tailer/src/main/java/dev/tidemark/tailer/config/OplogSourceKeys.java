package dev.tidemark.tailer.config;

import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;

import dev.tidemark.tailer.position.StartPosition;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of the connector's configuration, in groups, with validators and documentation. */
public final class OplogSourceKeys {

  /** Entries take up to 16 MiB + 16 KiB; the event around one adds less than the rest. */
  public static final int MIN_MESSAGE_BYTES = 17 * 1024 * 1024;

  public static final String FAIL = "fail";
  public static final String CONTINUE = "continue";
  public static final String KAFKA_PREFIX = "kafka.";

  public static final String MONGODB_URI = "mongodb.uri";
  public static final String MONGODB_USERNAME = "mongodb.username";
  public static final String MONGODB_PASSWORD = "mongodb.password";
  public static final String MONGODB_TLS_TRUSTSTORE_LOCATION = "mongodb.tls.truststore.location";
  public static final String MONGODB_TLS_TRUSTSTORE_PASSWORD = "mongodb.tls.truststore.password";
  public static final String MONGODB_TLS_KEYSTORE_LOCATION = "mongodb.tls.keystore.location";
  public static final String MONGODB_TLS_KEYSTORE_PASSWORD = "mongodb.tls.keystore.password";
  public static final String MONGODB_CONNECT_TIMEOUT_MS = "mongodb.connect.timeout.ms";
  public static final String MONGODB_SOCKET_TIMEOUT_MS = "mongodb.socket.timeout.ms";
  public static final String MEMBER_PREFERENCE = "member.preference";
  public static final String MEMBER_MAX_LAG_MS = "member.max.lag.ms";
  public static final String SHARDS_INCLUDE_CONFIG = "shards.include.config";
  public static final String SHARDS_DISCOVERY_INTERVAL_MS = "shards.discovery.interval.ms";
  public static final String START_POSITION = "start.position";
  public static final String ON_GAP = "on.gap";
  public static final String ON_EXISTING_EVENTS = "on.existing.events";
  public static final String OPLOG_WINDOW_MIN_MS = "oplog.window.min.ms";
  public static final String TOPIC = "topic";
  public static final String PARTITION_MAP = "partition.map";
  public static final String KAFKA_BOOTSTRAP_SERVERS = KAFKA_PREFIX + "bootstrap.servers";
  public static final String PRODUCER_MAX_REQUEST_SIZE = "producer.override.max.request.size";
  public static final String TOPIC_PARTITIONS = "topic.partitions";
  public static final String TOPIC_REPLICATION_FACTOR = "topic.replication.factor";
  public static final String TOPIC_RETENTION_MS = "topic.retention.ms";
  public static final String QUEUE_MAX_BYTES = "queue.max.bytes";
  public static final String POLL_MAX_BYTES = "poll.max.bytes";
  public static final String HEARTBEAT_INTERVAL_MS = "heartbeat.interval.ms";
  public static final String RETRY_BACKOFF_MIN_MS = "retry.backoff.min.ms";
  public static final String RETRY_BACKOFF_MAX_MS = "retry.backoff.max.ms";
  public static final String RETRY_TIMEOUT_MS = "retry.timeout.ms";

  /** The whole definition. */
  public static final ConfigDef CONFIG_DEF = define();

  private OplogSourceKeys() {}

  private static ConfigDef define() {
    ConfigDef def = new ConfigDef();
    defineMongoDb(new Group(def, "MongoDB"));
    definePosition(new Group(def, "Position"));
    defineTopic(new Group(def, "Topic"));
    defineFlow(new Group(def, "Flow"));
    return def;
  }

  private static void defineMongoDb(Group group) {
    group.add(
        new Key(MONGODB_URI, Type.PASSWORD, Importance.HIGH, "Connection strings")
            .validator(ConnectionStrings.VALIDATOR)
            .doc(
                "Where the replica sets are: one connection string, or several separated by"
                    + " spaces, for example"
                    + " mongodb://mongo-1:27017,mongo-2:27017/?replicaSet=rs0. One that leads to"
                    + " mongos captures every shard. The user needs the role clusterMonitor and"
                    + " the privilege to read the database local. With directConnection=true only"
                    + " the named member is read."));
    group.add(
        new Key(MONGODB_USERNAME, Type.STRING, Importance.HIGH, "User")
            .optional()
            .doc("User that takes the place of the one in the connection strings."));
    group.add(
        new Key(MONGODB_PASSWORD, Type.PASSWORD, Importance.HIGH, "Password")
            .optional()
            .doc(
                "Password of mongodb.username. Prefer a reference to a ConfigProvider, such as"
                    + " ${file:/etc/tidemark/secrets.properties:mongodb.password}."));
    group.add(
        new Key(MONGODB_TLS_TRUSTSTORE_LOCATION, Type.STRING, Importance.MEDIUM, "Trust store")
            .optional()
            .doc(
                "Key store (PKCS12 or JKS) with the certificates of trusted servers, if the JVM's"
                    + " own do not suffice. TLS itself is switched on in the connection string"
                    + " with tls=true."));
    group.add(
        new Key(MONGODB_TLS_TRUSTSTORE_PASSWORD, Type.PASSWORD, Importance.MEDIUM, "Its password")
            .optional()
            .doc("Password of the trust store."));
    group.add(
        new Key(MONGODB_TLS_KEYSTORE_LOCATION, Type.STRING, Importance.MEDIUM, "Key store")
            .optional()
            .doc("Key store (PKCS12 or JKS) with the client's certificate, for X.509 or mTLS."));
    group.add(
        new Key(MONGODB_TLS_KEYSTORE_PASSWORD, Type.PASSWORD, Importance.MEDIUM, "Its password")
            .optional()
            .doc("Password of the key store."));
    group.add(
        new Key(MONGODB_CONNECT_TIMEOUT_MS, Type.INT, Importance.LOW, "Connect timeout")
            .defaultValue(5_000)
            .validator(Validators.between(100, 600_000, "5000"))
            .doc(
                "How long finding and reaching a member may take. Longer waits out slow networks,"
                    + " shorter finds another member sooner."));
    group.add(
        new Key(MONGODB_SOCKET_TIMEOUT_MS, Type.INT, Importance.LOW, "Socket timeout")
            .defaultValue(60_000)
            .validator(Validators.between(5_000, 3_600_000, "60000"))
            .doc(
                "How long a reply may take before the connection counts as dead, beyond the time"
                    + " that the server was asked to wait for entries."));
    group.add(
        new Key(MEMBER_PREFERENCE, Type.STRING, Importance.MEDIUM, "Member to read")
            .defaultValue(MemberPreference.SECONDARY_PREFERRED.toString())
            .oneOf(MemberPreference.names())
            .doc(
                "Which member of a set is read. Secondaries spare the primary; the primary sees"
                    + " entries a moment earlier. Delayed members and arbiters are never read."));
    group.add(
        new Key(MEMBER_MAX_LAG_MS, Type.LONG, Importance.MEDIUM, "Largest lag of a member")
            .defaultValue(30_000L)
            .validator(Validators.atLeast(1_000, "30000"))
            .doc(
                "A member whose newest majority-committed write is further behind its own clock is"
                    + " left for a fresher one, also while it delivers, but not again within this"
                    + " time; no heartbeats are made of its word. Must exceed the server's"
                    + " periodicNoopIntervalSecs, 10 s by default."));
    group.add(
        new Key(SHARDS_INCLUDE_CONFIG, Type.BOOLEAN, Importance.LOW, "Capture config servers")
            .defaultValue(true)
            .doc(
                "Whether the config servers of a sharded cluster are captured beside its shards."));
    group.add(
        new Key(SHARDS_DISCOVERY_INTERVAL_MS, Type.LONG, Importance.LOW, "Shard discovery")
            .defaultValue(60_000L)
            .validator(Validators.atLeast(1_000, "60000"))
            .doc("How often mongos is asked for shards that were added or removed."));
  }

  private static void definePosition(Group group) {
    group.add(
        new Key(START_POSITION, Type.STRING, Importance.HIGH, "Start position")
            .defaultValue("latest")
            .validator(
                Validators.parsed(
                    StartPosition::parse,
                    "latest, earliest or an optime",
                    "latest, or 1705654321:7"))
            .recommended(List.of("latest", "earliest"))
            .doc(
                "Where capture of a set begins that has no stored offset: latest (the majority"
                    + " optime, or the start of the oldest open transaction if that is older),"
                    + " earliest (the oldest entry of the oplog), or an optime such as"
                    + " 1705654321:7. Ignored once an offset is stored, and for a shard that is added"
                    + " to a cluster already captured, which begins at its oldest entry."));
    group.add(
        new Key(ON_GAP, Type.STRING, Importance.HIGH, "On a gap")
            .defaultValue(FAIL)
            .oneOf(List.of(FAIL, CONTINUE))
            .doc(
                "What to do when no member that answers holds the stored position any more. A gap"
                    + " marker is published in both cases. With fail the task stops and says what was"
                    + " lost; with continue it goes on at the oldest entry of the member whose oplog"
                    + " reaches back furthest. No moment inside the gap can"
                    + " be restored, and moments after it only from a snapshot taken after it."));
    group.add(
        new Key(ON_EXISTING_EVENTS, Type.STRING, Importance.MEDIUM, "On events without an offset")
            .defaultValue(FAIL)
            .oneOf(List.of(FAIL, CONTINUE))
            .doc(
                "What to do when the set's partition already holds events of the set but no offset"
                    + " is stored, for example after the connector was renamed. With fail the task"
                    + " stops and says how to set the offset; with continue it begins anew at"
                    + " start.position, behind a start marker that the archive asks to confirm."));
    group.add(
        new Key(OPLOG_WINDOW_MIN_MS, Type.LONG, Importance.MEDIUM, "Smallest oplog window")
            .defaultValue(3_600_000L)
            .validator(Validators.atLeast(0, "3600000"))
            .doc(
                "Validation refuses a set whose oplog is full and spans less time than this: it is"
                    + " how long the connector may be down before entries are lost. 0 accepts"
                    + " any."));
  }

  private static void defineTopic(Group group) {
    group.add(
        new Key(TOPIC, Type.STRING, Importance.HIGH, "Topic")
            .defaultValue("oplog-backup")
            .validator(
                Validators.parsed(
                    TopicName::check,
                    "a topic name of letters, digits, '.', '_' and '-'",
                    "oplog-backup"))
            .doc("Topic that the events go to. It is created if it does not exist."));
    group.add(
        new Key(PARTITION_MAP, Type.LIST, Importance.MEDIUM, "Partitions by hand")
            .defaultValue(List.of())
            .validator(PartitionMap.VALIDATOR)
            .doc(
                "Partitions of replica sets, as set:partition, …, for example rs0:0,rs1:1; a set"
                    + " is named by its name or its id. All other sets get a partition by a hash of"
                    + " their id at their first start. A set's partition is stored with its offset"
                    + " and never changes by itself."));
    group.add(
        new Key(KAFKA_BOOTSTRAP_SERVERS, Type.LIST, Importance.HIGH, "Kafka brokers")
            .validator(Validators.hostPorts())
            .doc(
                "Brokers of the cluster that holds the topic, the same that the worker writes to."
                    + " They are asked to create and to check the topic. Further client settings"
                    + " have the same prefix, for example kafka.security.protocol."));
    group.add(
        new Key(PRODUCER_MAX_REQUEST_SIZE, Type.INT, Importance.HIGH, "Largest request")
            .validator(Validators.atLeast(MIN_MESSAGE_BYTES, Integer.toString(18 * 1024 * 1024)))
            .doc(
                "Largest request of the producer, in bytes. An oplog entry takes up to 16 MiB and"
                    + " 16 KiB, and Connect's default of 1 MiB would fail on the first large one:"
                    + " set 18874368."));
    group.add(
        new Key(TOPIC_PARTITIONS, Type.INT, Importance.LOW, "Partitions of a new topic")
            .defaultValue(16)
            .validator(Validators.between(1, 10_000, "16"))
            .doc("Partitions of the topic if the connector creates it."));
    group.add(
        new Key(TOPIC_REPLICATION_FACTOR, Type.SHORT, Importance.LOW, "Replicas of a new topic")
            .defaultValue((short) -1)
            .validator(Validators.between(-1, 100, "3"))
            .doc(
                "Replication factor of the topic if the connector creates it; -1 takes the"
                    + " broker's default."));
    group.add(
        new Key(TOPIC_RETENTION_MS, Type.LONG, Importance.LOW, "Retention of a new topic")
            .defaultValue(172_800_000L)
            .validator(Validators.atLeast(3_600_000, "172800000"))
            .doc(
                "Retention of the topic if the connector creates it. It is how long archiving may"
                    + " stand still before entries are lost; a day or more is advised."));
  }

  private static void defineFlow(Group group) {
    group.add(
        new Key(QUEUE_MAX_BYTES, Type.LONG, Importance.MEDIUM, "Read-ahead")
            .defaultValue(67_108_864L)
            .validator(Validators.between(1 << 20, 1L << 40, "67108864"))
            .doc(
                "Bytes of entries that are read ahead of Kafka, for each set. The heap holds about"
                    + " three times as much while the queue is full."));
    group.add(
        new Key(POLL_MAX_BYTES, Type.INT, Importance.MEDIUM, "Batch")
            .defaultValue(16_777_216)
            .validator(Validators.between(1 << 10, 1 << 28, "16777216"))
            .doc(
                "Bytes of entries handed to Connect at once; with exactly-once support each batch"
                    + " is one transaction. Larger is faster in a backlog, smaller is steadier. A"
                    + " larger entry travels alone."));
    group.add(
        new Key(HEARTBEAT_INTERVAL_MS, Type.INT, Importance.MEDIUM, "Heartbeats")
            .defaultValue(1_000)
            .validator(Validators.between(100, 60_000, "1000"))
            .doc(
                "How often an idle set publishes a heartbeat, which tells readers up to which"
                    + " optime they have seen everything."));
    group.add(
        new Key(RETRY_BACKOFF_MIN_MS, Type.LONG, Importance.LOW, "First pause")
            .defaultValue(100L)
            .validator(Validators.between(1, 60_000, "100"))
            .doc("Pause after the first fault that is worth another try; it doubles each time."));
    group.add(
        new Key(RETRY_BACKOFF_MAX_MS, Type.LONG, Importance.LOW, "Longest pause")
            .defaultValue(10_000L)
            .validator(Validators.between(100, 3_600_000, "10000"))
            .doc("Longest pause between two tries."));
    group.add(
        new Key(RETRY_TIMEOUT_MS, Type.LONG, Importance.LOW, "Give up after")
            .defaultValue(-1L)
            .validator(Validators.atLeast(-1, "-1"))
            .doc(
                "How long faults such as lost connections and elections are retried before the"
                    + " task fails; -1 retries for ever. Refused credentials or privileges fail at"
                    + " once."));
  }

  /** A key while it is being described. */
  private static final class Key {
    private final String name;
    private final Type type;
    private final Importance importance;
    private final String displayName;
    private Object defaultValue = NO_DEFAULT_VALUE;
    private ConfigDef.Validator validator;
    private ConfigDef.Recommender recommender;
    private String doc;

    Key(String name, Type type, Importance importance, String displayName) {
      this.name = name;
      this.type = type;
      this.importance = importance;
      this.displayName = displayName;
    }

    Key optional() {
      return defaultValue(null);
    }

    Key defaultValue(Object value) {
      defaultValue = value;
      return this;
    }

    Key validator(ConfigDef.Validator value) {
      validator = value;
      return this;
    }

    Key oneOf(List<String> values) {
      return validator(Validators.oneOf(values)).recommended(values);
    }

    Key recommended(List<String> values) {
      recommender = new FixedRecommender(List.copyOf(values));
      return this;
    }

    Key doc(String text) {
      doc = text;
      return this;
    }
  }

  private static final class Group {
    private final ConfigDef def;
    private final String name;
    private int order;

    Group(ConfigDef def, String name) {
      this.def = def;
      this.name = name;
    }

    void add(Key key) {
      def.define(
          key.name,
          key.type,
          key.defaultValue,
          key.validator,
          key.importance,
          key.doc,
          name,
          ++order,
          key.type == Type.STRING || key.type == Type.PASSWORD || key.type == Type.LIST
              ? Width.LONG
              : Width.SHORT,
          key.displayName,
          List.of(),
          key.recommender);
    }
  }

  private record FixedRecommender(List<Object> values) implements ConfigDef.Recommender {
    @Override
    public List<Object> validValues(String name, Map<String, Object> parsed) {
      return values;
    }

    @Override
    public boolean visible(String name, Map<String, Object> parsed) {
      return true;
    }
  }
}
