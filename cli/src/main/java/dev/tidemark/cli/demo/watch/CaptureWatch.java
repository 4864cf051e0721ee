package dev.tidemark.cli.demo.watch;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.registry.SchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Measures how far the topic of the oplog is behind the source: the time between the moment a write
 * was logged at the source and the moment a read-committed consumer, this one, sees it.
 *
 * <p>Source and consumer share one clock here. Thread-safe.
 */
public final class CaptureWatch implements AutoCloseable {

  private static final long CHECK_MILLIS = 50;

  private final OplogEventReader reader;
  private final ToLongFunction<OplogEventView> logged;
  private final Clock clock;
  private final TopicWatch watch;
  private final Latencies latencies = new Latencies();
  private long events;
  private long entries;
  private long entryBytes;
  private Optime newest = Optime.ZERO;
  private long newestLogged;

  /**
   * @param clientSettings how to reach the brokers
   * @param topic the topic of the oplog
   * @param logged when the source logged an entry, in milliseconds since the epoch; negative if
   *     that is not known
   */
  public CaptureWatch(
      Map<String, Object> clientSettings,
      String topic,
      SchemaRegistry registry,
      ToLongFunction<OplogEventView> logged,
      Clock clock) {
    this.reader = new OplogEventReader(registry);
    this.logged = logged;
    this.clock = clock;
    this.watch = new TopicWatch(clientSettings, topic, this::see).start();
  }

  private synchronized void see(ConsumerRecord<byte[], byte[]> record) {
    OplogEventView event = reader.read(record.value()).view();
    events++;
    notifyAll();
    if (!event.isEntry()) {
      return;
    }
    entries++;
    entryBytes += event.entry().remaining();
    newest = new Optime(event.ts());
    long at = logged.applyAsLong(event);
    if (at >= 0) {
      newestLogged = at;
      latencies.add(clock.millis() - at);
    }
  }

  /**
   * Waits until capture has begun: until there is any event, be it a marker.
   *
   * @throws TidemarkException if that takes longer
   */
  public synchronized void awaitBegin(Duration patience) {
    await(() -> events > 0, "capture has not begun", patience);
  }

  /**
   * Waits until an entry at or after an optime was seen.
   *
   * @throws TidemarkException if that takes longer
   */
  public synchronized void await(Optime optime, Duration patience) {
    await(() -> !newest.isBefore(optime), "the entry " + optime + " is not on the topic", patience);
  }

  private void await(BooleanSupplier done, String otherwise, Duration patience) {
    long deadline = clock.millis() + patience.toMillis();
    while (!done.getAsBoolean()) {
      watch.check();
      if (clock.millis() > deadline) {
        throw new TidemarkException(
            CliError.CLI_DEMO,
            otherwise + " after " + patience.toSeconds() + " s",
            "the newest entry there is " + newest,
            "Run the demo with --work-dir and read tidemark.log there");
      }
      try {
        wait(CHECK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** Entries seen; heartbeats and markers are not counted. */
  public synchronized long entries() {
    return entries;
  }

  /** Sum of the raw bytes of the entries seen. */
  public synchronized long entryBytes() {
    return entryBytes;
  }

  /** The newest entry seen. */
  public synchronized Optime newest() {
    return newest;
  }

  /** When the newest entry seen was logged at the source, in milliseconds since the epoch. */
  public synchronized long newestLogged() {
    return newestLogged;
  }

  /** Capture lag in milliseconds that a share of the entries did not exceed; -1 if unknown. */
  public synchronized long lagMillis(double share) {
    return latencies.quantile(share);
  }

  @Override
  public void close() {
    watch.close();
  }
}
