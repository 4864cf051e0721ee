package dev.tidemark.embedded.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.embedded.stack.StackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The REST interface of a Connect worker, as its users know it. Thread-safe. */
public final class ConnectRest {

  private static final String PART = "connect";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final long RETRY_MILLIS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();

  public ConnectRest(URI url) {
    this.url = url;
  }

  public URI url() {
    return url;
  }

  /**
   * Creates a connector or changes its configuration. Waits while the worker is rebalancing.
   *
   * @throws StackException if the worker refuses the configuration; the message holds its answer
   */
  public void putConnector(String name, Map<String, String> config) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      HttpResponse<String> response =
          send(
              request("/connectors/" + name + "/config")
                  .header("Content-Type", "application/json")
                  .PUT(BodyPublishers.ofString(write(config))));
      if (response.statusCode() < 300) {
        return;
      }
      if (response.statusCode() != CONFLICT || System.nanoTime() > deadline) {
        throw new StackException(
            PART, "connector " + name + " is refused: " + response.body(), null);
      }
      pause();
    }
  }

  /** Deletes a connector, if it exists. */
  public void deleteConnector(String name) {
    HttpResponse<String> response = send(request("/connectors/" + name).DELETE());
    if (response.statusCode() >= 300 && response.statusCode() != NOT_FOUND) {
      throw new StackException(
          PART, "connector " + name + " cannot be deleted: " + response.body(), null);
    }
  }

  /** Stops a connector, whose offsets stay, and returns once its tasks are gone. */
  public void stopConnector(String name, Duration patience) {
    put(name, "stop");
    long deadline = System.nanoTime() + patience.toNanos();
    ConnectorStatus status = status(name);
    while (!status.state().equals("STOPPED") || !status.tasks().isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new StackException(
            PART, name + " does not stop in " + patience.toSeconds() + " s: " + status, null);
      }
      pause();
      status = status(name);
    }
  }

  /** Lets a stopped connector go on; to be awaited with {@link #awaitRunning}. */
  public void resumeConnector(String name) {
    put(name, "resume");
  }

  private void put(String name, String action) {
    HttpResponse<String> response =
        send(request("/connectors/" + name + "/" + action).PUT(BodyPublishers.noBody()));
    if (response.statusCode() >= 300) {
      throw new StackException(
          PART, "connector " + name + ", " + action + ": " + response.body(), null);
    }
  }

  /** What the worker says about a connector and its tasks. */
  public ConnectorStatus status(String name) {
    HttpResponse<String> response = send(request("/connectors/" + name + "/status").GET());
    if (response.statusCode() == NOT_FOUND) {
      return new ConnectorStatus("UNKNOWN", "", List.of());
    }
    if (response.statusCode() != 200) {
      throw new StackException(PART, "status of " + name + ": " + response.body(), null);
    }
    JsonNode status = read(response.body());
    return new ConnectorStatus(
        status.at("/connector/state").asText(),
        status.at("/connector/trace").asText(""),
        StreamSupport.stream(status.path("tasks").spliterator(), false)
            .map(t -> new TaskStatus(t.path("state").asText(), t.path("trace").asText("")))
            .toList());
  }

  /**
   * Waits until a connector and all of its tasks run.
   *
   * @param tasks how many tasks there must be
   * @throws StackException if one fails, with its trace, or the time is over
   */
  public void awaitRunning(String name, int tasks, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    ConnectorStatus status = status(name);
    while (!status.isRunning(tasks)) {
      if (!status.failure().isEmpty()) {
        throw new StackException(PART, name + " failed: " + status.failure(), null);
      }
      if (System.nanoTime() > deadline) {
        throw new StackException(
            PART, name + " does not run after " + patience.toSeconds() + " s: " + status, null);
      }
      pause();
      status = status(name);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new StackException(PART, "the worker does not answer at " + url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException(PART, "interrupted", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException(PART, "interrupted", e);
    }
  }

  private static String write(Map<String, String> config) {
    try {
      return JSON.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("strings can be written as JSON", e);
    }
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new StackException(PART, "the worker's answer is not JSON: " + body, e);
    }
  }

  /**
   * State of a connector.
   *
   * @param state as Connect names it; UNKNOWN if there is no such connector, or not yet
   * @param trace the stack trace of its failure, or empty
   * @param tasks its tasks
   */
  public record ConnectorStatus(String state, String trace, List<TaskStatus> tasks) {

    boolean isRunning(int wanted) {
      return state.equals("RUNNING")
          && tasks.size() == wanted
          && tasks.stream().allMatch(t -> t.state().equals("RUNNING"));
    }

    /** The first failure, of the connector or one of its tasks; empty if there is none. */
    public String failure() {
      if (state.equals("FAILED")) {
        return trace;
      }
      return tasks.stream()
          .filter(t -> t.state().equals("FAILED"))
          .map(TaskStatus::trace)
          .findFirst()
          .orElse("");
    }
  }

  /**
   * State of a task.
   *
   * @param trace the stack trace of its failure, or empty
   */
  public record TaskStatus(String state, String trace) {}
}
