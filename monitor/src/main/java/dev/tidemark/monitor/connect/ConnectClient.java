package dev.tidemark.monitor.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Asks a Connect cluster about the tailer's connectors and tasks. Thread-safe. */
final class ConnectClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String TAILER = "dev.tidemark.tailer.OplogSourceConnector";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final List<URI> workers;
  private final String authorization;

  ConnectClient(List<URI> workers, String authorization) {
    this.workers = workers;
    this.authorization = authorization;
  }

  /**
   * The connectors that are the tailer.
   *
   * @param configured the names of the tasks of each connector; none while it is starting
   * @param tasks how those are that have a state by now, the connectors among them
   */
  record Tailers(Map<String, Set<String>> configured, List<TaskState> tasks) {}

  /**
   * All connectors that are the tailer.
   *
   * @throws IOException if no worker answers as it should
   */
  Tailers tailers() throws IOException, InterruptedException {
    JsonNode connectors = JSON.readTree(send("GET", "connectors?expand=info&expand=status", 200));
    Map<String, Set<String>> configured = new TreeMap<>();
    List<TaskState> tasks = new ArrayList<>();
    for (Map.Entry<String, JsonNode> connector : connectors.properties()) {
      if (connector.getValue().at("/info/config/connector.class").asText().equals(TAILER)) {
        Set<String> names = new TreeSet<>();
        for (JsonNode task : connector.getValue().at("/info/tasks")) {
          names.add(TaskState.name(connector.getKey(), task.path("task").asInt()));
        }
        configured.put(connector.getKey(), names);
        JsonNode itself = connector.getValue().at("/status/connector");
        if (itself.has("state")) {
          tasks.add(state(connector.getKey(), TaskState.CONNECTOR, itself));
        }
        for (JsonNode task : connector.getValue().at("/status/tasks")) {
          tasks.add(state(connector.getKey(), task.path("id").asInt(), task));
        }
      }
    }
    return new Tailers(configured, tasks);
  }

  private static TaskState state(String connector, int task, JsonNode status) {
    return new TaskState(
        connector, task, status.path("state").asText(), status.path("trace").asText(""));
  }

  /**
   * Starts a task again, or the connector without its tasks.
   *
   * @throws IOException if no worker does
   */
  void restart(TaskState task) throws IOException, InterruptedException {
    String name = URLEncoder.encode(task.connector(), StandardCharsets.UTF_8).replace("+", "%20");
    String what = task.task() == TaskState.CONNECTOR ? "" : "/tasks/" + task.task();
    send("POST", "connectors/" + name + what + "/restart", 204);
  }

  private String send(String method, String path, int expected)
      throws IOException, InterruptedException {
    IOException failure = new IOException("no worker is configured");
    for (URI worker : workers) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(worker.resolve(path))
              .timeout(TIMEOUT)
              .method(method, BodyPublishers.noBody());
      if (!authorization.isEmpty()) {
        request.header("Authorization", authorization);
      }
      try {
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() == expected) {
          return answer.body();
        }
        failure = new IOException(worker.getHost() + " answered " + answer.statusCode());
      } catch (IOException e) {
        failure = new IOException(worker.getHost() + " does not answer", e);
      }
    }
    throw failure;
  }
}
