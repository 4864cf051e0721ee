package dev.tidemark.monitor.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.monitor.error.MonitorError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics} in the Prometheus text format, {@code /live} and {@code /ready}.
 *
 * <p>{@code /live} answers 503 when only a restart helps, {@code /ready} when what the metrics say
 * is old or incomplete.
 */
public final class Endpoint implements AutoCloseable {

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int OK = 200;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;
  private final ExecutorService threads;

  private Endpoint(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Listens and answers.
   *
   * @throws TidemarkException MONITOR_ADDRESS_IN_USE
   */
  public static Endpoint start(
      InetSocketAddress address,
      Supplier<String> metrics,
      BooleanSupplier live,
      BooleanSupplier ready) {
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new TidemarkException(
          MonitorError.MONITOR_ADDRESS_IN_USE,
          "Metrics cannot be served: " + e.getMessage(),
          address.getHostString() + ":" + address.getPort(),
          "Free the port, or set http.port to another one",
          e);
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task, "monitor-http");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/metrics", get(exchange -> answer(exchange, OK, METRICS, metrics.get())));
    server.createContext("/live", health(live));
    server.createContext("/ready", health(ready));
    server.start();
    return new Endpoint(server, threads);
  }

  private static HttpHandler health(BooleanSupplier well) {
    return get(
        exchange -> {
          boolean yes = well.getAsBoolean();
          answer(exchange, yes ? OK : UNAVAILABLE, TEXT, yes ? "yes\n" : "no\n");
        });
  }

  private static HttpHandler get(HttpHandler handler) {
    return exchange -> {
      try (exchange) {
        if (exchange.getRequestMethod().equals("GET")) {
          handler.handle(exchange);
        } else {
          exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, -1);
        }
      }
    };
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** The port that is listened on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
