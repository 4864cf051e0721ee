package dev.tidemark.archiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.embedded.stack.EmbeddedStack;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The whole archiver on a real broker, registry and store; what counts is what the store holds. */
class ArchiverIT {

  private static final String CLUSTER = "shop";
  private static final String SET_A = "5f00000000000000000000aa";
  private static final String SET_B = "5f00000000000000000000bb";

  /** Well inside an hour, so that no folder boundary comes in by chance. */
  private static final long SECOND = 1_700_000_500L;

  @TempDir static Path stackDirectory;
  private static EmbeddedStack stack;
  private static SchemaRegistry registry;
  private static Admin admin;

  @TempDir Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private String topic;

  @BeforeAll
  static void startStack() {
    stack = EmbeddedStack.in(stackDirectory).kafka().registry().start();
    registry =
        new SchemaRegistryClient(
            new RegistryConfig(Map.of(RegistryConfig.URL_CONFIG, stack.registry().url())));
    admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()));
  }

  @AfterAll
  static void stopStack() {
    admin.close();
    stack.close();
  }

  @BeforeEach
  void createTopics(TestInfo test) throws Exception {
    topic = test.getTestMethod().orElseThrow().getName();
    Files.createDirectories(directory.resolve("archive"));
    admin
        .createTopics(
            List.of(
                new NewTopic(topic, 2, (short) 1), new NewTopic(topic + "-index", 1, (short) 1)))
        .all()
        .get();
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private ArchiverConfig config(String applicationId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", topic + "-" + applicationId);
    settings.put("bootstrap.servers", stack.kafka().bootstrapServers());
    settings.put("schema.registry.url", stack.registry().url());
    settings.put("cluster", CLUSTER);
    settings.put("archive.url", "file:" + directory.resolve("archive"));
    settings.put("segment.window.ms", 500);
    settings.put("state.dir", directory.resolve(applicationId).toString());
    settings.put("topics.oplog-backup", topic);
    settings.put("topics.oplog-segments", topic + "-index");
    return new ArchiverConfig(settings);
  }

  private Archiver start(String applicationId) {
    Archiver archiver = new Archiver(config(applicationId));
    open.add(archiver);
    archiver.start();
    return archiver;
  }

  private TopicWriter writer(String setId) {
    TopicWriter writer =
        new TopicWriter(stack.kafka().bootstrapServers(), registry, topic, setId, SECOND);
    open.add(writer);
    return writer;
  }

  private ArchivedEntries archived(String setId) {
    return ArchivedEntries.of(config("reader").archive(), CLUSTER, setId);
  }

  private static ConditionFactory within(int seconds) {
    return await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(100));
  }

  /** Every entry once, in order, each segment following the one before it. */
  private void assertHolds(TopicWriter writer, String setId) {
    ArchivedEntries archived = archived(setId);
    assertThat(archived.entries()).isEqualTo(writer.written());
    long previous = 0;
    for (SegmentIndexEntry segment : archived.segments()) {
      assertThat(segment.getPrevTs()).isEqualTo(previous);
      previous = segment.getLastTs();
    }
  }

  private void awaitAll(TopicWriter writer, String setId) {
    within(120)
        .untilAsserted(
            () -> assertThat(archived(setId).entries()).hasSize(writer.written().size()));
    assertHolds(writer, setId);
  }

  @Test
  void shouldArchiveEveryEntryOfTwoSetsInOnePartitionOnce() {
    start("archiver");
    TopicWriter a = writer(SET_A);
    TopicWriter b = writer(SET_B);
    a.start();
    a.entries(1200);
    b.start();
    for (int i = 0; i < 20; i++) {
      a.entries(60);
      b.entries(50);
    }
    a.heartbeatAfter(500);
    b.heartbeatAfter(500);

    awaitAll(a, SET_A);
    awaitAll(b, SET_B);
    assertThat(archived(SET_A).segments()).hasSizeGreaterThan(3);
  }

  @Test
  void shouldGoOnAfterARestartFromWhatTheArchiveHolds() {
    Archiver first = start("archiver");
    TopicWriter a = writer(SET_A);
    a.start();
    a.entries(1300);
    a.flush();
    within(120).until(() -> !archived(SET_A).segments().isEmpty());
    first.close();

    a.entries(700);
    a.flush();
    start("archiver");
    a.entries(700);
    a.heartbeatAfter(500);

    awaitAll(a, SET_A);
  }

  @Test
  void shouldRebuildWhatWasNeverArchivedThoughTheGroupHasReadIt() throws Exception {
    TopicWriter a = writer(SET_A);
    a.start();
    a.entries(900);
    a.flush();
    admin
        .alterConsumerGroupOffsets(
            topic + "-archiver", Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(850)))
        .all()
        .get();

    start("archiver");
    a.entries(100);
    a.heartbeatAfter(500);

    awaitAll(a, SET_A);
  }

  @Test
  void shouldConvergeWithASecondArchiver() {
    start("archiver-1");
    start("archiver-2");
    TopicWriter a = writer(SET_A);
    a.start();
    for (int i = 0; i < 10; i++) {
      a.entries(400);
      a.flush();
    }
    a.heartbeatAfter(500);

    awaitAll(a, SET_A);
  }

  @Test
  void shouldStopAtALossAndGoOnOnceTheTailerIsRewound() {
    start("archiver");
    TopicWriter a = writer(SET_A);
    TopicWriter b = writer(SET_B);
    a.start();
    b.start();
    a.entries(300);
    a.lose();
    a.entries(400);
    a.heartbeatAfter(500);
    b.entries(300);
    b.heartbeatAfter(500);
    awaitAll(b, SET_B);

    assertThat(archived(SET_A).entries())
        .isEqualTo(a.written().subList(0, archived(SET_A).entries().size()));
    assertThat(archived(SET_A).entries()).hasSizeLessThanOrEqualTo(300);

    a.rewind(290);
    a.heartbeatAfter(1000);
    awaitAll(a, SET_A);
  }

  @Test
  void shouldPassOverARecordThatIsNoEvent() {
    start("archiver");
    TopicWriter a = writer(SET_A);
    a.start();
    a.entries(100);
    a.unreadable();
    a.entries(100);
    a.heartbeatAfter(500);

    awaitAll(a, SET_A);
  }

  @Test
  void shouldShowInAGroupOfItsOwnWhatIsDurable() throws Exception {
    start("archiver");
    TopicWriter a = writer(SET_A);
    a.start();
    a.entries(100);
    a.heartbeatAfter(500);
    a.flush();
    awaitAll(a, SET_A);

    TopicPartition partition = new TopicPartition(topic, 0);
    within(120).until(() -> offsetOf(topic + "-archiver-durable", partition) == 102);

    a.entries(5);
    a.flush();
    // The open segment holds it back: five entries are read and not archived.
    within(120).until(() -> offsetOf(topic + "-archiver", partition) == 107);
    assertThat(offsetOf(topic + "-archiver-durable", partition)).isEqualTo(102);
  }

  /** The offset that a group shows, -1 if it has none. */
  private static long offsetOf(String group, TopicPartition partition) throws Exception {
    OffsetAndMetadata offset =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition);
    return offset == null ? -1 : offset.offset();
  }

  @Test
  void shouldRefuseACompactedTopic() throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic(topic + "-compacted", 1, (short) 1)
                    .configs(Map.of("cleanup.policy", "compact"))))
        .all()
        .get();
    Map<String, Object> settings = new HashMap<>(config("archiver").originals());
    settings.put("topics.oplog-backup", topic + "-compacted");
    try (Archiver archiver = new Archiver(new ArchiverConfig(settings))) {
      assertThatThrownBy(archiver::start)
          .isInstanceOf(TidemarkException.class)
          .hasMessageContaining("ARCHIVER_TOPIC_UNUSABLE")
          .hasMessageContaining("cleanup.policy=delete");
    }
  }
}
