package dev.tidemark.embedded.stack;

import dev.tidemark.embedded.connect.EmbeddedConnect;
import dev.tidemark.embedded.kafka.EmbeddedKafka;
import dev.tidemark.embedded.process.KafkaExit;
import dev.tidemark.embedded.registry.EmbeddedRegistry;
import dev.tidemark.embedded.s3.EmbeddedS3;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Broker, schema registry, S3 endpoint and Connect worker, started side by side below one work
 * directory: {@code kafka/}, {@code registry/} and {@code archive/}, where each bucket is a
 * directory.
 *
 * <p>However the JVM ends, no process is left: what does not run in it watches it. Thread-safe.
 */
public final class EmbeddedStack implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStack.class);

  private static final Executor THREAD_EACH =
      task -> {
        Thread thread = new Thread(task, "embedded-stack");
        thread.setDaemon(true);
        thread.start();
      };

  private final Map<Part, AutoCloseable> parts;
  private boolean closed;

  private EmbeddedStack(Map<Part, AutoCloseable> parts) {
    this.parts = parts;
  }

  /** The parts of the stack. */
  public enum Part {
    KAFKA,
    REGISTRY,
    S3,
    CONNECT
  }

  /** A stack below a work directory, to be put together. */
  public static Builder in(Path workDirectory) {
    return new Builder(workDirectory);
  }

  public EmbeddedKafka kafka() {
    return part(Part.KAFKA, EmbeddedKafka.class);
  }

  public EmbeddedRegistry registry() {
    return part(Part.REGISTRY, EmbeddedRegistry.class);
  }

  public EmbeddedS3 s3() {
    return part(Part.S3, EmbeddedS3.class);
  }

  public EmbeddedConnect connect() {
    return part(Part.CONNECT, EmbeddedConnect.class);
  }

  private <T> T part(Part part, Class<T> type) {
    AutoCloseable started = parts.get(part);
    if (started == null) {
      throw new IllegalStateException("the stack was started without " + part);
    }
    return type.cast(started);
  }

  /** Stops every part; the data stays in the work directory. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      stop(parts);
    }
  }

  private static void stop(Map<Part, AutoCloseable> parts) {
    Map<Part, AutoCloseable> rest = new EnumMap<>(parts);
    AutoCloseable connect = rest.remove(Part.CONNECT);
    if (connect != null) {
      // It leaves its group and ends its transactions, for which it needs the broker.
      stop(connect);
    }
    List<CompletableFuture<Void>> stopping =
        rest.values().stream()
            .map(p -> CompletableFuture.runAsync(() -> stop(p), THREAD_EACH))
            .toList();
    CompletableFuture.allOf(stopping.toArray(new CompletableFuture<?>[0])).join();
  }

  private static void stop(AutoCloseable part) {
    long begin = System.nanoTime();
    try {
      part.close();
      LOG.info(
          "{} stopped after {} ms",
          part.getClass().getSimpleName(),
          (System.nanoTime() - begin) / 1_000_000);
    } catch (Exception e) {
      throw new StackException(part.getClass().getSimpleName(), "cannot be stopped", e);
    }
  }

  /** What a stack consists of. Not thread-safe. */
  public static final class Builder {

    private final Path workDirectory;
    private final Set<Part> wanted = EnumSet.noneOf(Part.class);
    private final Map<Part, Integer> ports = new EnumMap<>(Part.class);
    private final List<String> buckets = new ArrayList<>();
    private List<Path> pluginPath = List.of();
    private BiConsumer<Part, String> onReady = (part, endpoint) -> {};

    private Builder(Path workDirectory) {
      this.workDirectory = workDirectory;
    }

    public Builder kafka() {
      wanted.add(Part.KAFKA);
      return this;
    }

    public Builder registry() {
      wanted.add(Part.REGISTRY);
      return this;
    }

    /** An S3 endpoint with a bucket. */
    public Builder s3(String bucket) {
      wanted.add(Part.S3);
      buckets.add(bucket);
      return this;
    }

    /** A Connect worker with plugins, on the stack's broker. */
    public Builder connect(List<Path> pluginPath) {
      wanted.add(Part.KAFKA);
      wanted.add(Part.CONNECT);
      this.pluginPath = List.copyOf(pluginPath);
      return this;
    }

    /** The port of a part; a free one is chosen otherwise. */
    public Builder port(Part part, int port) {
      ports.put(part, port);
      return this;
    }

    /** Called, from several threads, with each part and its endpoint as it is ready. */
    public Builder onReady(BiConsumer<Part, String> listener) {
      onReady = listener;
      return this;
    }

    /**
     * Starts everything and returns once it is ready.
     *
     * @throws StackException if a part does not come up; the others are stopped
     */
    public EmbeddedStack start() {
      KafkaExit.forbid();
      Map<Part, CompletableFuture<AutoCloseable>> starting = new EnumMap<>(Part.class);
      for (Part part : wanted) {
        CompletableFuture<AutoCloseable> future =
            part == Part.CONNECT
                ? starting.get(Part.KAFKA).thenApplyAsync(this::startConnect, THREAD_EACH)
                : CompletableFuture.supplyAsync(() -> start(part), THREAD_EACH);
        starting.put(part, future);
      }
      Map<Part, AutoCloseable> started = new EnumMap<>(Part.class);
      StackException failure = null;
      for (Map.Entry<Part, CompletableFuture<AutoCloseable>> entry : starting.entrySet()) {
        try {
          started.put(entry.getKey(), entry.getValue().join());
        } catch (CompletionException e) {
          StackException cause = failureOf(entry.getKey(), e.getCause());
          if (failure == null) {
            failure = cause;
          } else if (failure != cause) {
            failure.addSuppressed(cause);
          }
        }
      }
      if (failure != null) {
        stop(started);
        throw failure;
      }
      return new EmbeddedStack(started);
    }

    private AutoCloseable start(Part part) {
      return switch (part) {
        case KAFKA -> {
          EmbeddedKafka kafka = EmbeddedKafka.start(workDirectory.resolve("kafka"), port(part));
          onReady.accept(part, kafka.bootstrapServers());
          yield kafka;
        }
        case REGISTRY -> {
          EmbeddedRegistry registry =
              EmbeddedRegistry.start(workDirectory.resolve("registry"), port(part));
          onReady.accept(part, registry.url());
          yield registry;
        }
        case S3 -> {
          EmbeddedS3 s3 = EmbeddedS3.start(workDirectory.resolve("archive"), port(part));
          buckets.forEach(s3::createBucket);
          onReady.accept(part, s3.endpoint().toString());
          yield s3;
        }
        case CONNECT -> throw new IllegalStateException("starts after the broker");
      };
    }

    private AutoCloseable startConnect(AutoCloseable kafka) {
      EmbeddedConnect connect =
          EmbeddedConnect.start(
              ((EmbeddedKafka) kafka).bootstrapServers(), pluginPath, Map.of(), port(Part.CONNECT));
      onReady.accept(Part.CONNECT, connect.rest().url().toString());
      return connect;
    }

    private int port(Part part) {
      return ports.getOrDefault(part, Ports.ANY);
    }

    private static StackException failureOf(Part part, Throwable thrown) {
      // A part that waits for another one fails with that one's failure inside its own.
      Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
      return cause instanceof StackException known
          ? known
          : new StackException(part.name(), "did not come up: " + cause, cause);
    }
  }
}
