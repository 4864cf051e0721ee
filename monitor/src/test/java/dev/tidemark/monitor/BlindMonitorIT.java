package dev.tidemark.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.tidemark.embedded.kafka.EmbeddedKafka;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away and comes back. */
class BlindMonitorIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ALERT = "MONITOR_BLIND";

  @TempDir private Path directory;
  private final List<String> posted = new CopyOnWriteArrayList<>();

  @Test
  void shouldSayThatItSeesNothingAndThatItSeesAgain() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(directory);
    int port = URI.create("kafka://" + kafka.bootstrapServers()).getPort();
    HttpServer hook = hook();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("backup-alerts", 1, (short) 1))).all().get();
    }
    try (Monitor monitor =
        new Monitor(config(kafka, hook.getAddress().getPort()), InstantSource.system()).start()) {
      await().atMost(PATIENCE).until(monitor::isReady);

      kafka.close();

      await().atMost(PATIENCE).until(() -> told("RAISED") == 1);
      assertThat(monitor.isReady()).isFalse();

      kafka = EmbeddedKafka.start(directory, port);

      await().atMost(PATIENCE).until(() -> told("RESOLVED") == 1);
      assertThat(monitor.isReady()).isTrue();
      assertThat(told("RAISED")).isEqualTo(1);
    } finally {
      kafka.close();
      hook.stop(0);
    }
  }

  private long told(String state) {
    return posted.stream()
        .filter(body -> body.contains("\"" + ALERT + "\"") && body.contains("\"" + state + "\""))
        .count();
  }

  private HttpServer hook() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            posted.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
    return server;
  }

  private static MonitorConfig config(EmbeddedKafka kafka, int hook) {
    return new MonitorConfig(
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "schema.registry.url",
            "http://127.0.0.1:1",
            "http.port",
            "0",
            "evaluation.interval.ms",
            "200",
            "alert.monitor.blind.ms",
            "2000",
            "alert.raise.after.ms",
            "300",
            "alert.resolve.after.ms",
            "300",
            "alert.webhook.url",
            "http://127.0.0.1:" + hook + "/"));
  }
}
