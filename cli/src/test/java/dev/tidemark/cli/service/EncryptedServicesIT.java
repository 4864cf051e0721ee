package dev.tidemark.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.cli.Tidemark;
import dev.tidemark.embedded.kafka.EmbeddedKafka;
import dev.tidemark.embedded.kafka.KafkaSecurity;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.process.ChildJvm;
import dev.tidemark.embedded.registry.EmbeddedRegistry;
import dev.tidemark.embedded.s3.EmbeddedS3;
import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.embedded.tls.LoopbackCertificate;
import dev.tidemark.embedded.tls.TlsFront;
import dev.tidemark.schemas.topic.TopicNames;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every service as a process of its own, as an operator starts it, on servers that talk TLS only;
 * to Kafka with SASL besides. The certificate is one that only the given trust store knows.
 */
class EncryptedServicesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final String PASSWORD = "swordfish-8f2a";

  @TempDir private Path directory;
  private LoopbackCertificate certificate;
  private KafkaSecurity security;
  private String worker;
  private String watched;
  private final List<Path> logs = new ArrayList<>();

  @Test
  void shouldCaptureArchiveAndRestoreOverTls() throws Exception {
    System.setProperty(
        "tidemark.registry.home", Path.of("..", "embedded", "target", "registry").toString());
    certificate = LoopbackCertificate.make(directory);
    security = new KafkaSecurity(certificate, "tidemark", PASSWORD);
    SSLContext tls = certificate.serverContext();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"), security);
        EmbeddedRegistry registry =
            EmbeddedRegistry.start(directory.resolve("registry"), Ports.ANY);
        EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"));
        TlsFront registryTls = TlsFront.start(certificate, URI.create(registry.url()).getPort());
        TlsFront s3Tls = TlsFront.start(certificate, s3.endpoint().getPort());
        SimulatedReplicaSet source =
            SimulatedReplicaSet.start(SimulatorConfig.builder().tls(tls).build());
        SimulatedReplicaSet target =
            SimulatedReplicaSet.start(
                SimulatorConfig.builder().setName("scratch").tls(tls).build())) {
      s3.createBucket("tidemark");
      createTopics(kafka);
      Map<String, String> service = service(kafka, registry, registryTls, s3, s3Tls);

      try (ChildJvm tailer = start("tailer", tailer(kafka, registry, registryTls, source));
          ChildJvm archiver = start("archiver", archiver(service));
          ChildJvm restorer = start("restorer", restorer(service, source, target));
          ChildJvm monitor = start("monitor", monitor(service, source))) {
        int code = drill(service);

        assertThat(code).as(said(tailer, archiver, restorer)).isZero();
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(get(watched + "/metrics"))
                        .as(said(monitor))
                        .contains(
                            // From Kafka, by way of the registry; from MongoDB.
                            "tidemark_drill_failed{source=\"shop\"} 0.0",
                            "tidemark_oplog_window_seconds{source=\"shop\"}",
                            "tidemark_primary_lost{source=\"shop\"} 0.0",
                            // Published on Kafka.
                            "tidemark_monitor_undelivered{receiver=\"topology\"} 0.0",
                            "tidemark_monitor_lost_total{receiver=\"topology\"} 0.0"));
        assertThat(directory.resolve("primaries").resolve("shop.json")).exists();
        assertThat(connectorConfig())
            .contains("${file:")
            .satisfies(config -> assertThat(isSecret(config)).isFalse());
      }
      assertThat(registryTls.connections()).isPositive();
      assertThat(s3Tls.connections()).isPositive();
      try (MongoClient client = client(target)) {
        assertThat(client.listDatabaseNames())
            .noneMatch(name -> name.startsWith("tidemark_drill_"));
      }
      for (Path log : logs) {
        assertThat(Files.readString(log)).doesNotContain(PASSWORD);
      }
    }
  }

  /** A drill goes through everything: capture, archive, snapshot, restore. */
  private int drill(Map<String, String> service) throws Exception {
    try (ChildJvm drill =
        child(
            "drill",
            List.of(
                "drill",
                "--cluster",
                "shop",
                "--target",
                "scratch",
                "--config",
                write("drill", service).toString()))) {
      return drill.awaitEnd(PATIENCE).orElse(-1);
    }
  }

  private Map<String, String> kafkaClient(String prefix) {
    Map<String, String> client = new HashMap<>();
    client.put(prefix + "security.protocol", "SASL_SSL");
    client.put(prefix + "sasl.mechanism", "PLAIN");
    client.put(prefix + "sasl.jaas.config", security.clientJaas());
    client.put(prefix + "ssl.truststore.type", "PKCS12");
    client.put(prefix + "ssl.truststore.location", certificate.trustStore().toString());
    client.put(prefix + "ssl.truststore.password", certificate.password());
    return client;
  }

  private Map<String, String> registry(EmbeddedRegistry registry, TlsFront front) {
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "schema.registry.url",
        "https://127.0.0.1:" + front.port() + URI.create(registry.url()).getPath());
    settings.put("schema.registry.ssl.truststore.location", certificate.trustStore().toString());
    settings.put("schema.registry.ssl.truststore.password", certificate.password());
    return settings;
  }

  private Map<String, String> service(
      EmbeddedKafka kafka,
      EmbeddedRegistry registry,
      TlsFront registryTls,
      EmbeddedS3 s3,
      TlsFront s3Tls) {
    Map<String, String> settings = kafkaClient("");
    settings.putAll(registry(registry, registryTls));
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    settings.put("archive.url", "s3://tidemark");
    settings.put("archive.s3.endpoint", "https://127.0.0.1:" + s3Tls.port());
    settings.put("archive.s3.region", s3.region());
    settings.put("archive.s3.path.style", "true");
    settings.put("archive.s3.access.key.id", s3.accessKeyId());
    settings.put("archive.s3.secret.access.key", s3.secretAccessKey());
    return settings;
  }

  private Map<String, String> tailer(
      EmbeddedKafka kafka,
      EmbeddedRegistry registry,
      TlsFront registryTls,
      SimulatedReplicaSet source) {
    Map<String, String> settings = kafkaClient("kafka.");
    settings.putAll(registry(registry, registryTls));
    settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    settings.put("mongodb.uri", source.connectionString());
    settings.put("mongodb.tls.truststore.location", certificate.trustStore().toString());
    settings.put("mongodb.tls.truststore.password", certificate.password());
    settings.put("start.position", "earliest");
    worker = "http://127.0.0.1:" + Ports.free("connect");
    settings.put("worker.listeners", worker);
    for (String topic : List.of("config", "offset", "status")) {
      settings.put("worker." + topic + ".storage.replication.factor", "1");
    }
    return settings;
  }

  private Map<String, String> archiver(Map<String, String> service) {
    Map<String, String> settings = new HashMap<>(service);
    settings.put("application.id", "tidemark-archiver");
    settings.put("cluster", "shop");
    settings.put("segment.window.ms", "2000");
    settings.put("state.dir", directory.resolve("state").toString());
    return settings;
  }

  private Map<String, String> restorer(
      Map<String, String> service, SimulatedReplicaSet source, SimulatedReplicaSet target) {
    Map<String, String> settings = new HashMap<>(service);
    settings.put("work.directory", directory.resolve("work").toString());
    settings.put("clusters.shop.uri", source.connectionString());
    settings.put("targets.scratch.uri", target.connectionString());
    settings.put("drill.patience.ms", "90000");
    return settings;
  }

  private Map<String, String> monitor(Map<String, String> service, SimulatedReplicaSet source) {
    Map<String, String> settings = new HashMap<>(service);
    settings.keySet().removeIf(key -> key.startsWith("archive."));
    settings.put("clusters.shop.uri", source.connectionString());
    settings.put("failover.file.sd.directory", directory.resolve("primaries").toString());
    int port = Ports.free("monitor");
    settings.put("http.port", Integer.toString(port));
    watched = "http://127.0.0.1:" + port;
    return settings;
  }

  private void createTopics(EmbeddedKafka kafka) throws Exception {
    Map<String, Object> settings = new HashMap<>(kafkaClient(""));
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    TopicNames names = TopicNames.DEFAULT;
    List<NewTopic> topics =
        Stream.of(
                names.oplogBackup(),
                names.oplogSegments(),
                names.snapshots(),
                names.snapshotRequests(),
                names.snapshotStatus(),
                names.restoreRequests(),
                names.restoreStatus(),
                names.drillRequests(),
                names.drillStatus(),
                names.drillResults(),
                names.backupAlerts(),
                names.topologyEvents())
            .map(
                name ->
                    new NewTopic(name, 1, (short) 1)
                        .configs(
                            name.equals(names.oplogBackup())
                                ? Map.of(
                                    "max.message.bytes",
                                    "18874368",
                                    "unclean.leader.election.enable",
                                    "false")
                                : Map.of()))
            .toList();
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(topics).all().get();
    }
  }

  private ChildJvm start(String command, Map<String, String> settings) throws IOException {
    return child(command, List.of(command, "--config", write(command, settings).toString()));
  }

  /** Writes a service's file; secrets stand in a file of their own, to which it refers. */
  private Path write(String name, Map<String, String> settings) throws IOException {
    Path secretsFile = directory.resolve(name + "-secrets.properties");
    Properties secrets = new Properties();
    List<String> lines = new ArrayList<>();
    settings.forEach(
        (key, value) -> {
          if (isSecret(value)) {
            secrets.setProperty(key, value);
            lines.add(key + "=${file:" + secretsFile + ":" + key + "}");
          } else {
            lines.add(key + "=" + value);
          }
        });
    try (Writer writer = Files.newBufferedWriter(secretsFile)) {
      secrets.store(writer, null);
    }
    return Files.write(directory.resolve(name + ".properties"), lines);
  }

  private boolean isSecret(String text) {
    return text.contains(PASSWORD) || text.contains(certificate.password());
  }

  /** What everybody who may ask the worker, or read its topics, learns of the connector. */
  private String connectorConfig() throws Exception {
    return get(worker + "/connectors?expand=info");
  }

  private static String get(String address) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private ChildJvm child(String part, List<String> arguments) {
    List<String> options =
        new ArrayList<>(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    options.addAll(certificate.trustingJvm());
    Path log = directory.resolve(part + "-" + logs.size() + ".log");
    logs.add(log);
    List<Path> classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toList();
    return ChildJvm.start(part, options, classPath, Tidemark.class.getName(), arguments, log);
  }

  private String said(ChildJvm... children) {
    StringBuilder said = new StringBuilder();
    for (ChildJvm child : children) {
      said.append(child).append(":\n").append(child.lastWords()).append('\n');
    }
    for (Path log : logs) {
      if (log.getFileName().toString().startsWith("drill")) {
        try {
          said.append(Files.readString(log)).append('\n');
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return said.toString();
  }

  private MongoClient client(SimulatedReplicaSet set) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(certificate.trustStore().toFile())) {
      trusted.load(in, certificate.password().toCharArray());
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return MongoClients.create(
        MongoClientSettings.builder()
            .applyConnectionString(new com.mongodb.ConnectionString(set.connectionString()))
            .applyToSslSettings(ssl -> ssl.enabled(true).context(context))
            .build());
  }
}
