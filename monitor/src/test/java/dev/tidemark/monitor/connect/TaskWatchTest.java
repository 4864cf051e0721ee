package dev.tidemark.monitor.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.monitor.SteppedClock;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.alert.Assessment.Verdict;
import dev.tidemark.monitor.condition.CaptureTasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a scripted Connect worker. */
class TaskWatchTest {

  private static final String ANSWER =
      """
      {"oplog": {
         "info": {
           "config": {"connector.class": "dev.tidemark.tailer.OplogSourceConnector"},
           "tasks": [
             {"connector": "oplog", "task": 0}, {"connector": "oplog", "task": 1},
             {"connector": "oplog", "task": 2}, {"connector": "oplog", "task": 3}]},
         "status": {
           "connector": {
             "state": "FAILED", "trace": "o.a.ConnectException: TAILER_CONFIG_INVALID: is 4\\n\\tat"},
           "tasks": [
           {"id": 0, "state": "FAILED", "trace": "o.a.ConnectException: TAILER_CURSOR_LOST: gone\\n\\tat"},
           {"id": 1, "state": "FAILED", "trace": "o.a.ConnectException: TAILER_OPLOG_GAP: lost\\n\\tat"},
           {"id": 2, "state": "RUNNING"}]}},
       "starting": {
         "info": {
           "config": {"connector.class": "dev.tidemark.tailer.OplogSourceConnector"}, "tasks": []},
         "status": {
           "connector": {
             "state": "FAILED", "trace": "o.a.ConnectException: TAILER_CURSOR_LOST: gone\\n\\tat"},
           "tasks": []}},
       "other": {
         "info": {"config": {"connector.class": "org.example.Sink"}},
         "status": {"tasks": [{"id": 0, "state": "FAILED", "trace": "boom"}]}}}
      """;

  private final SteppedClock clock = new SteppedClock();
  private final Queue<String> posted = new ConcurrentLinkedQueue<>();
  private HttpServer worker;
  private volatile int status = 200;

  @BeforeEach
  void start() throws IOException {
    worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    worker.createContext("/", this::answer);
    worker.start();
  }

  @AfterEach
  void stop() {
    worker.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Basic c2VjcmV0");
    if (exchange.getRequestMethod().equals("POST")) {
      posted.add(exchange.getRequestURI().getPath());
      exchange.sendResponseHeaders(204, -1);
    } else {
      byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private TaskWatch watch() {
    return new TaskWatch(
            new ConnectSettings(
                List.of(
                    URI.create("http://127.0.0.1:1/"),
                    URI.create("http://127.0.0.1:" + worker.getAddress().getPort() + "/")),
                "Basic c2VjcmV0",
                3,
                Set.of("TAILER_CURSOR_LOST")),
            clock)
        .start(Duration.ofMillis(20));
  }

  @Test
  void shouldRestartWhatThatMayMendAndTellOfTheRest() {
    try (TaskWatch watch = watch()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> watch.findings().size() == 5);

      assertThat(posted)
          .containsExactlyInAnyOrder(
              "/connectors/oplog/tasks/0/restart", "/connectors/starting/restart");
      List<Assessment> assessed = new CaptureTasks(watch::findings).assess(clock.instant());
      assertThat(assessed)
          .extracting(Assessment::source, Assessment::verdict)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple("oplog/connector", Verdict.BAD),
              org.assertj.core.groups.Tuple.tuple("starting/connector", Verdict.GOOD),
              org.assertj.core.groups.Tuple.tuple("oplog/0", Verdict.GOOD),
              org.assertj.core.groups.Tuple.tuple("oplog/1", Verdict.BAD),
              org.assertj.core.groups.Tuple.tuple("oplog/2", Verdict.GOOD));
      assertThat(assessed)
          .filteredOn(a -> a.verdict() == Verdict.BAD)
          .extracting(Assessment::message)
          .anyMatch(message -> message.contains("TAILER_OPLOG_GAP: lost"))
          .anyMatch(message -> message.contains("TAILER_CONFIG_INVALID: is 4"));
      assertThat(watch.isGone("deleted/0")).isTrue();
      assertThat(watch.isGone("oplog/7")).isTrue();
      // It has no state yet.
      assertThat(watch.isGone("oplog/3")).isFalse();
      assertThat(watch.isGone("starting/0")).isFalse();
      assertThat(watch.isGone("starting/connector")).isFalse();
      assertThat(watch.isGone("deleted/connector")).isTrue();
    }
  }

  @Test
  void shouldJudgeNothingWhileConnectDoesNotAnswer() {
    try (TaskWatch watch = watch()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> watch.findings().size() == 5);

      status = 500;

      await().atMost(Duration.ofSeconds(20)).until(() -> watch.findings().isEmpty());
      assertThat(watch.isGone("deleted/0")).isFalse();
    }
  }
}
