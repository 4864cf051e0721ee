package dev.tidemark.embedded.registry;

import dev.tidemark.embedded.process.ChildJvm;
import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.embedded.stack.StackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A schema registry (Apicurio) in a child JVM, on 127.0.0.1 only. It keeps everything in memory and
 * speaks the Confluent API. Compatibility is checked backwards, as Confluent's own server does by
 * default. Thread-safe.
 */
public final class EmbeddedRegistry implements AutoCloseable {

  private static final String PART = "registry";
  private static final String API = "/apis/ccompat/v7";
  private static final String MAIN_CLASS = "io.quarkus.runner.GeneratedMain";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long POLL_MILLIS = 50;

  private final ChildJvm process;
  private final URI url;

  private EmbeddedRegistry(ChildJvm process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts on a free port. */
  public static EmbeddedRegistry start(Path directory) {
    return start(directory, Ports.ANY);
  }

  /**
   * Starts and returns once the API answers.
   *
   * @param directory where its log lies; created if it is missing
   * @param wantedPort where it listens, or {@link Ports#ANY}
   * @throws StackException if the port is in use or the server does not come up
   */
  public static EmbeddedRegistry start(Path directory, int wantedPort) {
    RegistryHome home = RegistryHome.find();
    int port = Ports.resolve(PART, wantedPort);
    ChildJvm process =
        ChildJvm.start(
            PART,
            List.of(
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // A released artifact: verifying its classes takes a third of the start.
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.io.tmpdir=" + directory.toAbsolutePath()),
            List.of(home.runner()),
            MAIN_CLASS,
            List.of(),
            directory.resolve("registry.log"));
    try {
      URI url = URI.create("http://127.0.0.1:" + port + API);
      HttpClient http = HttpClient.newHttpClient();
      awaitReady(http, url, process);
      checkCompatibilityBackwards(http, url);
      return new EmbeddedRegistry(process, url);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private static void awaitReady(HttpClient http, URI url, ChildJvm process) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/subjects")).build();
    while (!answers(http, request)) {
      if (!process.isAlive()) {
        throw new StackException(PART, "the server ended:\n" + process.lastWords(), null);
      }
      if (System.nanoTime() > deadline) {
        throw new StackException(
            PART,
            "the server is not ready after " + PATIENCE.toSeconds() + " s:\n" + process.lastWords(),
            null);
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private static boolean answers(HttpClient http, HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notListeningYet) {
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static StackException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StackException(PART, "interrupted while it starts", e);
  }

  private static void checkCompatibilityBackwards(HttpClient http, URI url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config"))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{\"compatibility\": \"BACKWARD\"}"))
            .build();
    try {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new StackException(PART, "setting the compatibility answers " + status, null);
      }
    } catch (IOException e) {
      throw new StackException(PART, "the compatibility cannot be set", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** What clients set as {@code schema.registry.url}. */
  public String url() {
    return url.toString();
  }

  /** Process id of the child JVM. */
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
