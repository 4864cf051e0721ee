package dev.tidemark.archiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.EncryptionConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.verify.ArchiveVerifier;
import dev.tidemark.archive.verify.VerifyListener;
import dev.tidemark.embedded.process.ChildJvm;
import dev.tidemark.embedded.s3.FaultSchedule;
import dev.tidemark.embedded.s3.FaultyS3;
import dev.tidemark.embedded.stack.EmbeddedStack;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What the tests of the whole archiver share: a broker, a registry and an S3 endpoint for a class,
 * topics and a bucket of its own for each test, and the proxy that makes S3 fail. What an archive
 * holds is read from the bucket's files, past every fault.
 */
final class ArchiverRig
    implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

  static final String SET_A = "5f00000000000000000000aa";
  static final String SET_B = "5f00000000000000000000bb";
  private static final String CLUSTER = "shop";

  /** Well inside an hour, so that no folder boundary comes in by chance. */
  static final long SECOND = 1_700_000_500L;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Path directory;
  private EmbeddedStack stack;
  private FaultyS3 faultyS3;
  private SchemaRegistry registry;
  private Admin admin;
  private int tests;

  private final List<AutoCloseable> open = new ArrayList<>();
  private String topic;
  private String bucket;
  private Map<String, String> encryption = Map.of();

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("archiver");
    stack = EmbeddedStack.in(directory).kafka().registry().s3("any").start();
    faultyS3 =
        FaultyS3.inFrontOf(stack.s3().endpoint(), Duration.ofSeconds(5), Duration.ofMillis(20));
    registry =
        new SchemaRegistryClient(
            new RegistryConfig(Map.of(RegistryConfig.URL_CONFIG, stack.registry().url())));
    admin = Admin.create(Map.of("bootstrap.servers", bootstrap()));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    admin.close();
    registry.close();
    faultyS3.close();
    stack.close();
    try (var files = Files.walk(directory)) {
      files.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    int number = ++tests;
    topic = "oplog-" + number;
    bucket = "archive-" + number;
    stack.s3().createBucket(bucket);
    admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1), indexTopic())).all().get();
  }

  private NewTopic indexTopic() {
    return new NewTopic(topic + "-index", 1, (short) 1)
        .configs(Map.of("cleanup.policy", "compact"));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    faultyS3.follow(FaultSchedule.NONE);
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    open.clear();
    encryption = Map.of();
  }

  /** From now on to the end of the test the archive is encrypted with a key of its own. */
  void encrypt() throws GeneralSecurityException, IOException {
    AeadConfig.register();
    Path keyset =
        Files.writeString(
            directory.resolve(topic + "-keyset.json"),
            TinkJsonProtoKeysetFormat.serializeKeyset(
                KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM),
                InsecureSecretKeyAccess.get()));
    encryption = Map.of(EncryptionConfig.KEYSET_FILE_CONFIG, keyset.toString());
  }

  String bootstrap() {
    return stack.kafka().bootstrapServers();
  }

  Admin admin() {
    return admin;
  }

  SchemaRegistry registry() {
    return registry;
  }

  FaultyS3 s3() {
    return faultyS3;
  }

  String topic() {
    return topic;
  }

  Path directory() {
    return directory.resolve(topic);
  }

  /** Settings of an archiver: short segments, little patience with the store. */
  Map<String, Object> settings(String applicationId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", topic + "-" + applicationId);
    settings.put("bootstrap.servers", bootstrap());
    settings.put("schema.registry.url", stack.registry().url());
    settings.put("cluster", CLUSTER);
    settings.put("archive.url", "s3://" + bucket + "/backups");
    settings.put("archive.s3.endpoint", faultyS3.endpoint().toString());
    settings.put("archive.s3.access.key.id", stack.s3().accessKeyId());
    settings.put("archive.s3.secret.access.key", stack.s3().secretAccessKey());
    settings.put("archive.s3.attempt.timeout.ms", 2_000);
    settings.put("archive.s3.socket.timeout.ms", 1_000);
    settings.put("archive.s3.max.attempts", 2);
    settings.put("segment.window.ms", 500);
    settings.put("state.dir", directory().resolve(applicationId).toString());
    settings.put("topics.oplog-backup", topic);
    settings.put("topics.oplog-segments", topic + "-index");
    settings.putAll(encryption);
    return settings;
  }

  /** Starts an archiver in this JVM. */
  Archiver start(String applicationId) {
    return start(settings(applicationId));
  }

  Archiver start(Map<String, Object> settings) {
    Archiver archiver = new Archiver(new ArchiverConfig(settings));
    open.add(archiver);
    archiver.start();
    return archiver;
  }

  /** Starts an archiver in a JVM of its own, to be killed. */
  ChildJvm startProcess(String name, Map<String, Object> settings) throws IOException {
    Files.createDirectories(directory());
    Path file = directory().resolve(name + ".properties");
    Properties properties = new Properties();
    settings.forEach((key, value) -> properties.put(key, value.toString()));
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    List<Path> classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toList();
    ChildJvm child =
        ChildJvm.start(
            "archiver",
            List.of(
                "-Xmx192m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile="
                    + System.getProperty("logback.configurationFile", "")),
            classPath,
            ArchiverProcess.class.getName(),
            List.of(file.toString()),
            directory().resolve(name + ".log"));
    open.add(child);
    return child;
  }

  /** Writes events of a set into partition 0. */
  TopicWriter writer(String setId) {
    return writer(setId, 0);
  }

  TopicWriter writer(String setId, int partition) {
    TopicWriter writer = new TopicWriter(bootstrap(), registry, topic, partition, setId, SECOND);
    open.add(writer);
    return writer;
  }

  /** The archive as its services see it. */
  ObjectStore archive() {
    return ObjectStores.open(new ArchiverConfig(settings("reader")).archive());
  }

  /** The archive as the files of its bucket. */
  ObjectStore files() {
    Path folder = stack.s3().directoryOf(bucket).resolve("backups");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return ObjectStores.open("file:" + folder, new ArchiveConfig(encryption));
  }

  ObjectKeys keys() {
    return new ObjectKeys(CLUSTER);
  }

  ArchivedEntries archived(String setId) {
    try (ObjectStore store = files()) {
      return ArchivedEntries.of(store, keys(), setId);
    }
  }

  /** How many segments of a set are stored. */
  int segments(String setId) {
    try (ObjectStore store = files()) {
      return ArchivedEntries.keys(store, keys(), setId).size();
    }
  }

  static ConditionFactory patiently() {
    return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100));
  }

  /**
   * Waits until the archive's last entry is the last one written, as long as it comes closer, then
   * looks at all of them.
   */
  void awaitAll(TopicWriter writer) {
    awaitNewest(writer);
    assertHolds(writer);
  }

  /** Waits until the archive's last entry is the last one written, as long as it comes closer. */
  void awaitNewest(TopicWriter writer) {
    long newest = newest(writer.setId());
    while (newest != writer.lastTs()) {
      long before = newest;
      patiently().until(() -> newest(writer.setId()) != before);
      newest = newest(writer.setId());
    }
  }

  /** The optime that the archive of a set ends with. */
  long newest(String setId) {
    try (ObjectStore store = files()) {
      return ArchivedEntries.newest(store, keys(), setId);
    }
  }

  /** Every entry once, in order, each segment following the one before it. */
  void assertHolds(TopicWriter writer) {
    ArchivedEntries archived = archived(writer.setId());
    assertThat(archived.entries()).isEqualTo(writer.written());
    long previous = 0;
    for (SegmentIndexEntry segment : archived.segments()) {
      assertThat(segment.getPrevTs()).isEqualTo(previous);
      previous = segment.getLastTs();
    }
  }

  /**
   * Every segment of the set was announced on the topic of index entries; waits as long as more of
   * them are.
   */
  void awaitAnnounced(String setId) {
    Set<String> wanted = new TreeSet<>();
    for (SegmentIndexEntry segment : archived(setId).segments()) {
      wanted.add("rs0-%s/%016x".formatted(setId, segment.getFirstTs()));
    }
    Set<String> announced = new TreeSet<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap(), "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic + "-index", 0)));
      while (!announced.containsAll(wanted)) {
        int before = announced.size();
        patiently()
            .until(
                () -> {
                  consumer
                      .poll(Duration.ofMillis(50))
                      .forEach(record -> announced.add(record.key()));
                  return announced.size() > before;
                });
      }
    }
  }

  /** The offset that a group of an archiver has for partition 0, -1 if it has none. */
  long offsetOf(String group) throws Exception {
    OffsetAndMetadata offset =
        admin
            .listConsumerGroupOffsets(topic + "-" + group)
            .partitionsToOffsetAndMetadata()
            .get()
            .get(new TopicPartition(topic, 0));
    return offset == null ? -1 : offset.offset();
  }

  /** A metric of a set of an archiver in this JVM; NaN while there is none. */
  static double metric(String setId, String name) throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName bean = new ObjectName("tidemark.archiver:type=archive-metrics,set=rs0-" + setId);
    return server.isRegistered(bean) ? (double) server.getAttribute(bean, name) : Double.NaN;
  }

  /** Nothing is wrong with any byte of the archive. */
  void assertSound() {
    try (ObjectStore store = files()) {
      assertThat(
              new ArchiveVerifier(
                      new ArchiveIndex(store, keys()),
                      VerifyListener.SILENT,
                      InstantSource.system())
                  .verify(true)
                  .defects())
          .isEmpty();
    }
  }
}
