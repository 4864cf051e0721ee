package dev.tidemark.monitor.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.AlertSeverity;
import dev.tidemark.schemas.alert.AlertState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookTest {

  private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> headers = new CopyOnWriteArrayList<>();
  private HttpServer receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            bodies.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            headers.add(
                exchange.getRequestHeaders().getFirst("Authorization")
                    + " "
                    + exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            Integer answer = answers.poll();
            exchange.sendResponseHeaders(answer == null ? 200 : answer, -1);
          }
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  private Outbox<Alert> outbox() {
    URI address = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
    Webhook<Alert> webhook =
        new Webhook<>(address, "Bearer t", alert -> alert.getAlertId() + "-" + alert.getState());
    return new Outbox<>("test", webhook, Duration.ofMillis(1), Duration.ofMillis(4)).start();
  }

  @Test
  void shouldRepeatUntilTheReceiverTakesTheAlertAndKeepTheOrder() {
    answers.addAll(List.of(503, 429, 500));
    try (Outbox<Alert> outbox = outbox()) {
      outbox.put(alert("a1"));
      outbox.put(alert("a2"));
    }
    assertThat(bodies).hasSize(5);
    assertThat(bodies.get(3)).contains("\"alertId\":\"a1\"", "\"code\":\"OPLOG_LAG\"");
    assertThat(bodies.get(4)).contains("a2");
    assertThat(headers)
        .containsExactly(
            "Bearer t a1-RAISED",
            "Bearer t a1-RAISED",
            "Bearer t a1-RAISED",
            "Bearer t a1-RAISED",
            "Bearer t a2-RAISED");
  }

  @Test
  void shouldGiveUpWhenTheReceiverRefuses() {
    answers.add(403);
    Outbox<Alert> outbox = outbox();
    try (outbox) {
      outbox.put(alert("a1"));
      outbox.put(alert("a2"));
    }
    assertThat(bodies).hasSize(2);
    assertThat(outbox.lost()).isEqualTo(1);
    assertThat(outbox.undelivered()).isZero();
  }

  private static Alert alert(String id) {
    return Alert.newBuilder()
        .setAlertId(id)
        .setCode("OPLOG_LAG")
        .setState(AlertState.RAISED)
        .setSeverity(AlertSeverity.CRITICAL)
        .setSource("rs0")
        .setRaisedAt(Instant.EPOCH)
        .setMessage("m")
        .setRemedy("r")
        .build();
  }
}
