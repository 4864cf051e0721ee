package dev.tidemark.tailer.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.embedded.connect.ConnectRest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** One connector, used through Connect's REST interface as an operator does. */
public final class Connector implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name = CaptureStack.unique("oplog");
  private final ConnectRest rest;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> config;

  public Connector(ConnectRest rest, Map<String, String> config) {
    this.rest = rest;
    this.config = new HashMap<>(config);
  }

  public String name() {
    return name;
  }

  /** Changes the configuration of the next start. */
  public Connector with(String key, String value) {
    config.put(key, value);
    return this;
  }

  /** Creates or reconfigures the connector. */
  public void create() {
    rest.putConnector(name, config);
  }

  /** Creates it and waits until its one task runs. */
  public void start() {
    start(1);
  }

  /** Creates it and waits until its tasks run. */
  public void start(int tasks) {
    create();
    rest.awaitRunning(name, tasks, PATIENCE);
  }

  /** Deletes it once its task has stopped; its offsets stay. */
  public void delete() {
    if (!rest.status(name).state().equals("UNKNOWN")) {
      stop();
      rest.deleteConnector(name);
    }
  }

  /** Waits until the task failed, and returns why. */
  public String awaitFailure() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String failure = rest.status(name).failure();
    while (failure.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the task does not fail: " + rest.status(name));
      }
      pause();
      failure = rest.status(name).failure();
    }
    return failure;
  }

  /** The problems that Connect's validation reports, by key. */
  public Map<String, String> validate() {
    JsonNode answer =
        send(
            "PUT",
            "/connector-plugins/OplogSourceConnector/config/validate",
            JSON.valueToTree(config).toString());
    if (!answer.has("configs")) {
      throw new AssertionError("no validation: " + answer);
    }
    Map<String, String> problems = new TreeMap<>();
    answer
        .path("configs")
        .forEach(
            one -> {
              String errors = one.at("/value/errors").toString();
              if (!errors.equals("[]")) {
                problems.merge(one.at("/value/name").asText(), errors, String::concat);
              }
            });
    return problems;
  }

  /** The stored offset of its one set. */
  public JsonNode offset() {
    return send("GET", "/connectors/" + name + "/offsets", "").at("/offsets/0");
  }

  /** Stops it, as changing offsets requires. */
  public void stop() {
    send("PUT", "/connectors/" + name + "/stop", "");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!rest.status(name).state().equals("STOPPED") || !rest.status(name).tasks().isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the connector does not stop: " + rest.status(name));
      }
      pause();
    }
  }

  public void resume() {
    send("PUT", "/connectors/" + name + "/resume", "");
    rest.awaitRunning(name, 1, PATIENCE);
  }

  /** Sends a change of offsets and returns the worker's answer. */
  public JsonNode alterOffsets(String body) {
    return send("PATCH", "/connectors/" + name + "/offsets", body);
  }

  private JsonNode send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(rest.url() + path))
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    delete();
  }
}
