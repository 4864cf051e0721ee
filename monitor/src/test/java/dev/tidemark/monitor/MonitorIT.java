package dev.tidemark.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.embedded.stack.EmbeddedStack;
import dev.tidemark.monitor.Recipients.Told;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts from what is on the topics to what leaves the monitor. */
class MonitorIT {

  private static final String SET = "65a9f0a1b2c3d4e5f6a7b8c9";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path directory;

  private static EmbeddedStack stack;
  private static SchemaRegistryClient registry;
  private static KafkaProducer<String, byte[]> producer;

  @BeforeAll
  static void start() throws Exception {
    stack = EmbeddedStack.in(directory).kafka().registry().start();
    registry =
        new SchemaRegistryClient(
            new RegistryConfig(Map.of(RegistryConfig.URL_CONFIG, stack.registry().url())));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
      // The other topics do not exist: nothing was ever written to them.
      admin
          .createTopics(
              List.of(
                  new NewTopic("oplog-backup", 2, (short) 1),
                  new NewTopic("snapshots", 1, (short) 1),
                  new NewTopic("backup-alerts", 1, (short) 1)))
          .all()
          .get();
    }
  }

  @AfterAll
  static void stop() {
    producer.close();
    registry.close();
    stack.close();
  }

  @Test
  void shouldRaiseAndResolveOnceEverywhereAndRememberAcrossARestart() throws Exception {
    Recipients recipients = new Recipients();
    MonitorConfig config =
        new MonitorConfig(
            Map.of(
                "bootstrap.servers",
                stack.kafka().bootstrapServers(),
                "schema.registry.url",
                stack.registry().url(),
                "http.port",
                "0",
                "evaluation.interval.ms",
                "200",
                "alert.raise.after.ms",
                "400",
                "alert.resolve.after.ms",
                "400",
                "alert.webhook.url",
                recipients.webhook()));
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    send("snapshots", "old", snapshot("old", now.minus(Duration.ofHours(25))));
    send("oplog-backup", "", heartbeat(now.minusSeconds(90)));
    producer.send(new ProducerRecord<>("snapshots", "x", new byte[] {'?'})).get();

    try (Monitor monitor = new Monitor(config, InstantSource.system()).start()) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  published("BACKUP_TOO_OLD").size() + published("OPLOG_LAG").size() == 2
                      && monitor.isReady());
      assertThat(get(monitor, "/live").statusCode()).isEqualTo(200);
      assertThat(get(monitor, "/ready").statusCode()).isEqualTo(200);
      assertThat(get(monitor, "/metrics").body())
          .contains(
              "tidemark_alert_active{code=\"BACKUP_TOO_OLD\",severity=\"CRITICAL\",source=\"shop\"} 1",
              "tidemark_oplog_lag_seconds{source=\"rs0-" + SET + "\"}",
              "tidemark_monitor_unreadable_records{topic=\"snapshots\"} 1");
    }

    try (Monitor again = new Monitor(config, InstantSource.system()).start()) {
      await().atMost(PATIENCE).until(again::isReady);
      send("oplog-backup", "", heartbeat(Instant.now()));
      send("snapshots", "new", snapshot("new", Instant.now()));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                send("oplog-backup", "", heartbeat(Instant.now()));
                return published("BACKUP_TOO_OLD").size() + published("OPLOG_LAG").size() == 4;
              });
      await()
          .atMost(PATIENCE)
          .until(() -> about(recipients.posted(), "BACKUP_TOO_OLD").size() == 2);
    } finally {
      recipients.close();
    }

    for (String code : List.of("BACKUP_TOO_OLD", "OPLOG_LAG")) {
      List<Told> both = published(code);
      assertThat(both).extracting(Told::state).containsExactly("RAISED", "RESOLVED");
      assertThat(both.get(0).alertId()).isEqualTo(both.get(1).alertId());
      assertThat(about(recipients.posted(), code)).isEqualTo(both);
    }
  }

  private static List<Told> about(List<Told> told, String code) {
    return told.stream().filter(one -> one.code().equals(code)).toList();
  }

  private static HttpResponse<String> get(Monitor monitor, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitor.port() + path)).build(),
            BodyHandlers.ofString());
  }

  private static void send(String topic, String key, SpecificRecord value) throws Exception {
    AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(registry);
    producer.send(new ProducerRecord<>(topic, key, serializer.serialize(topic, value))).get();
  }

  private static List<Told> published(String code) {
    return about(Recipients.published(stack.kafka().bootstrapServers(), registry), code);
  }

  private static SnapshotSummary snapshot(String id, Instant at) {
    Instant time = at.truncatedTo(ChronoUnit.MILLIS);
    return SnapshotSummary.newBuilder()
        .setSnapshotId(id)
        .setCluster("shop")
        .setKind(SnapshotKind.FULL)
        .setStartedAt(time)
        .setCompletedAt(time)
        .setManifestKey("k")
        .setSets(List.of())
        .setCollections(1)
        .setDocuments(1)
        .setDataBytes(1)
        .setStoredBytes(1)
        .build();
  }

  private static OplogEvent heartbeat(Instant at) {
    return OplogEvent.newBuilder()
        .setKind(EventKinds.HEARTBEAT)
        .setSetId(SET)
        .setSource("rs0")
        .setTs(at.getEpochSecond() << 32 | 1)
        .setObserved(at.truncatedTo(ChronoUnit.MILLIS))
        .build();
  }
}
