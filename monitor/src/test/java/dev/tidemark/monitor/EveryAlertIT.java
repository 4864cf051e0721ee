package dev.tidemark.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.tidemark.embedded.kafka.EmbeddedKafka;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.registry.EmbeddedRegistry;
import dev.tidemark.monitor.Recipients.Told;
import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.schemas.alert.DrillMode;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.archive.MarkerKind;
import dev.tidemark.schemas.archive.OplogMarker;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.archive.SnapshotSet;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.serde.AvroSerializer;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import dev.tidemark.schemas.topic.TopicNames;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything goes wrong, and then right again; at last the broker goes away and comes back. Each
 * alert is raised once and resolved once, on the topic, to the webhook and in the log.
 */
class EveryAlertIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Without a broker the topics cannot be read, and nothing else about them is judged. */
  private static final Set<AlertCode> WITH_A_BROKER =
      EnumSet.complementOf(EnumSet.of(AlertCode.MONITOR_BLIND));

  /** Short enough that an entry of ten minutes ago is past half of it. */
  private static final Duration RETENTION = Duration.ofMinutes(15);

  private static final Duration MONTH = Duration.ofDays(31);

  @TempDir private Path directory;
  private volatile String task = "FAILED";
  private EmbeddedKafka kafka;
  private EmbeddedRegistry schemas;
  private SimulatedReplicaSet source;
  private SchemaRegistryClient registry;
  private KafkaProducer<String, byte[]> producer;
  private Recipients recipients;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    schemas = EmbeddedRegistry.start(directory.resolve("registry"));
    source = SimulatedReplicaSet.start();
    registry =
        new SchemaRegistryClient(
            new RegistryConfig(Map.of(RegistryConfig.URL_CONFIG, schemas.url())));
    Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
    producer = new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer());
    TopicNames names = TopicNames.DEFAULT;
    try (Admin admin = Admin.create(client)) {
      admin
          .createTopics(
              Stream.of(
                      names.oplogBackup(),
                      names.oplogSegments(),
                      names.snapshots(),
                      names.snapshotStatus(),
                      names.restoreStatus(),
                      names.drillResults(),
                      names.backupAlerts(),
                      names.topologyEvents())
                  .map(
                      name ->
                          new NewTopic(name, 1, (short) 1)
                              .configs(Map.of("retention.ms", "" + RETENTION.toMillis())))
                  .toList())
          .all()
          .get();
    }
    recipients = new Recipients();
    recipients.web().createContext("/connectors", this::tellOfTasks);
  }

  @AfterEach
  void stop() {
    recipients.close();
    producer.close();
    registry.close();
    source.close();
    schemas.close();
    kafka.close();
  }

  @Test
  void shouldRaiseAndResolveEachAlertOnce() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    goWrong(now);
    try (Monitor monitor = new Monitor(config(), InstantSource.system()).start()) {
      await().atMost(PATIENCE).until(monitor::isReady);
      // Without a primary the source's oplog is not looked at.
      await()
          .atMost(PATIENCE)
          .until(() -> recipients.posted("RAISED").contains("OPLOG_WINDOW_SHORT"));
      source.faults().stepDown();

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(recipients.posted("RAISED")).isEqualTo(names(WITH_A_BROKER)));

      source.faults().stepUp();
      task = "RUNNING";
      goRight();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                heartbeat(Instant.now());
                assertThat(recipients.posted("RESOLVED")).isEqualTo(names(WITH_A_BROKER));
              });

      int port = URI.create("kafka://" + kafka.bootstrapServers()).getPort();
      kafka.close();
      await()
          .atMost(PATIENCE)
          .until(() -> recipients.posted("RAISED").contains(AlertCode.MONITOR_BLIND.name()));
      assertThat(monitor.isReady()).isFalse();
      kafka = EmbeddedKafka.start(directory.resolve("kafka"), port);
      await()
          .atMost(PATIENCE)
          .until(() -> recipients.posted("RESOLVED").contains(AlertCode.MONITOR_BLIND.name()));
      assertThat(monitor.isReady()).isTrue();
    }

    List<Told> published = Recipients.published(kafka.bootstrapServers(), registry);
    for (AlertCode code : AlertCode.values()) {
      shouldBeRaisedAndResolvedOnce(code, "on the topic", published);
      shouldBeRaisedAndResolvedOnce(code, "to the webhook", recipients.posted());
      shouldBeRaisedAndResolvedOnce(code, "in the log", recipients.logged());
    }
  }

  private static void shouldBeRaisedAndResolvedOnce(AlertCode code, String where, List<Told> all) {
    List<Told> told = all.stream().filter(one -> one.code().equals(code.name())).toList();
    assertThat(told)
        .as("%s %s", code, where)
        .extracting(Told::state)
        .containsExactly("RAISED", "RESOLVED");
    assertThat(told.get(0).alertId()).isEqualTo(told.get(1).alertId());
  }

  private static Set<String> names(Set<AlertCode> codes) {
    return codes.stream().map(AlertCode::name).collect(Collectors.toSet());
  }

  private void goWrong(Instant now) throws Exception {
    // Two snapshots of very different sizes, the newer one too old.
    snapshot("s-1", now.minus(Duration.ofHours(60)), 1_000);
    snapshot("s-2", now.minus(Duration.ofHours(30)), 100);
    restore("r-1", now.minus(MONTH), JobState.SUCCEEDED);
    restore("r-2", now.minusSeconds(60), JobState.FAILED);
    snapshotRequest("q-1", now.minusSeconds(60), JobState.FAILED);
    drill("d-1", now.minusSeconds(60), false);
    // Entries were lost behind the newest snapshot, and what came after waits for the archive.
    segment(optime(now.minus(Duration.ofHours(20))), true);
    entry(now.minusSeconds(600));
  }

  private void goRight() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    snapshot("s-3", now, 100);
    restore("r-3", now, JobState.SUCCEEDED);
    snapshotRequest("q-2", now, JobState.SUCCEEDED);
    drill("d-2", now, true);
    segment(optime(now), false);
    entry(now);
  }

  private MonitorConfig config() {
    String here = "http://127.0.0.1:" + recipients.web().getAddress().getPort();
    return new MonitorConfig(
        Map.ofEntries(
            Map.entry("bootstrap.servers", kafka.bootstrapServers()),
            Map.entry("schema.registry.url", schemas.url()),
            Map.entry("clusters.shop.uri", source.connectionString()),
            Map.entry("http.port", "0"),
            Map.entry("evaluation.interval.ms", "200"),
            Map.entry("alert.raise.after.ms", "300"),
            Map.entry("alert.resolve.after.ms", "300"),
            Map.entry("alert.webhook.url", recipients.webhook()),
            // Nothing is captured while the broker is away.
            Map.entry("alert.oplog.lag.ms", "300000"),
            Map.entry("alert.monitor.blind.ms", "10000"),
            Map.entry("failover.ping.interval.ms", "100"),
            Map.entry("failover.election.timeout.ms", "500"),
            Map.entry("connect.url", here),
            Map.entry("connect.restart.attempts", "0")));
  }

  private void tellOfTasks(HttpExchange exchange) throws IOException {
    String answer =
        """
        {"oplog": {
          "info": {"config": {"connector.class": "dev.tidemark.tailer.OplogSourceConnector"}},
          "status": {"tasks": [{"id": 0, "state": "%s", "trace": "x: TAILER_OPLOG_GAP: lost"}]}}}
        """
            .formatted(task);
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static long optime(Instant at) {
    return at.getEpochSecond() << 32 | 1;
  }

  private void send(String topic, String key, SpecificRecord value) throws Exception {
    AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(registry);
    producer.send(new ProducerRecord<>(topic, key, serializer.serialize(topic, value))).get();
  }

  private void snapshot(String id, Instant at, long bytes) throws Exception {
    long optime = optime(at);
    send(
        "snapshots",
        id,
        SnapshotSummary.newBuilder()
            .setSnapshotId(id)
            .setCluster("shop")
            .setKind(SnapshotKind.FULL)
            .setStartedAt(at)
            .setCompletedAt(at)
            .setManifestKey("k")
            .setSets(
                List.of(new SnapshotSet(source.setId(), source.setName(), optime, optime, optime)))
            .setCollections(1)
            .setDocuments(1)
            .setDataBytes(bytes)
            .setStoredBytes(bytes)
            .build());
  }

  private static Failure failure(JobState state) {
    return state == JobState.FAILED ? new Failure("TARGET_BUSY", "busy", "", "") : null;
  }

  private void restore(String id, Instant at, JobState state) throws Exception {
    send(
        "restore-status",
        id,
        RestoreStatus.newBuilder()
            .setRequestId(id)
            .setCluster("shop")
            .setTarget("scratch")
            .setState(state)
            .setAcceptedAt(at)
            .setUpdatedAt(at)
            .setVerified(state == JobState.SUCCEEDED)
            .setFailure(failure(state))
            .build());
  }

  private void snapshotRequest(String id, Instant at, JobState state) throws Exception {
    send(
        "snapshot-status",
        id,
        SnapshotStatus.newBuilder()
            .setRequestId(id)
            .setCluster("shop")
            .setState(state)
            .setAcceptedAt(at)
            .setUpdatedAt(at)
            .setFailure(failure(state))
            .setWarnings(state == JobState.FAILED ? List.of("No local copy was made") : List.of())
            .build());
  }

  private void drill(String id, Instant at, boolean success) throws Exception {
    send(
        "drill-results",
        "shop",
        DrillResult.newBuilder()
            .setDrillId(id)
            .setCluster("shop")
            .setMode(DrillMode.SYNTHETIC_DATA)
            .setSuccess(success)
            .setTimestamp(at)
            .build());
  }

  private void segment(long optime, boolean gap) throws Exception {
    send(
        "oplog-segments",
        Long.toString(optime),
        SegmentIndexEntry.newBuilder()
            .setCluster("shop")
            .setSetId(source.setId())
            .setSource(source.setName())
            .setObjectKey("k" + optime)
            .setFirstTs(optime)
            .setFirstTerm(1)
            .setLastTs(optime)
            .setLastTerm(1)
            .setPrevTs(0)
            .setPrevTerm(-1)
            .setStartsWith(gap ? new OplogMarker(MarkerKind.GAP, optime, optime - 1) : null)
            .setMaxWall(Instant.ofEpochSecond(optime >>> 32))
            .setEntryCount(1)
            .setEntryBytes(1)
            .setObjectBytes(1)
            .setContentSha256(ByteBuffer.allocate(32))
            .build());
  }

  private void entry(Instant at) throws Exception {
    send(
        "oplog-backup",
        "a.b",
        event(EventKinds.ENTRY, at)
            .setOp("i")
            .setNs("a.b")
            .setEntry(ByteBuffer.wrap(new byte[] {5, 0, 0, 0, 0}))
            .setWall(at)
            .build());
  }

  private void heartbeat(Instant at) throws Exception {
    send("oplog-backup", "", event(EventKinds.HEARTBEAT, at).build());
  }

  private OplogEvent.Builder event(String kind, Instant at) {
    return OplogEvent.newBuilder()
        .setKind(kind)
        .setSetId(source.setId())
        .setSource(source.setName())
        .setTs(optime(at))
        .setObserved(at.truncatedTo(ChronoUnit.MILLIS));
  }
}
