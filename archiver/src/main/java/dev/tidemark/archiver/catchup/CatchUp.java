package dev.tidemark.archiver.catchup;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a partition again, from where the archive ends to where the stream thread begins, on a
 * thread of its own. Unlike the stream thread it may wait: for room in the spool, for the object
 * store, for the registry.
 *
 * <p>It starts in {@link #start} and ends by itself once it has met the stream thread; {@link
 * #close} ends it earlier.
 */
public final class CatchUp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long RETRY_MILLIS = 1_000;

  /** What is read; called by the catching-up thread alone. */
  public interface Reader {

    /** The offset to begin at, once everything needed to know it is known. */
    long begin(Consumer<byte[], byte[]> consumer);

    /** Waits until there is room for more segments. */
    void awaitRoom() throws InterruptedException;

    /** Handles one record. */
    void read(long offset, byte[] value);

    /** Everything before an offset was read, also where no record of it exists. */
    void advanceTo(long offset);
  }

  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Reader reader;
  private final Handover handover;
  private final Thread thread;
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private volatile boolean closed;

  private CatchUp(
      TopicPartition partition,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Reader reader,
      Handover handover) {
    this.partition = partition;
    this.consumers = consumers;
    this.reader = reader;
    this.handover = handover;
    this.thread = new Thread(this::run, "tidemark-catch-up-" + partition);
    thread.setDaemon(true);
  }

  /** Starts reading. */
  public static CatchUp start(
      TopicPartition partition,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Reader reader,
      Handover handover) {
    CatchUp catchUp = new CatchUp(partition, consumers, reader, handover);
    catchUp.thread.start();
    return catchUp;
  }

  public Handover handover() {
    return handover;
  }

  /** Rethrows on the stream thread what ended the reading, if something did. */
  public void check() {
    RuntimeException e = failure.get();
    if (e != null) {
      throw e;
    }
  }

  private void run() {
    try {
      while (!closed && !attempt()) {
        Thread.sleep(RETRY_MILLIS);
      }
    } catch (InterruptedException | InterruptException e) {
      if (!closed) {
        failure.set(new IllegalStateException("Interrupted while catching up " + partition, e));
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  /** Whether reading is over; a fault that may pass is logged and answered false. */
  private boolean attempt() throws InterruptedException {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      consumer.assign(List.of(partition));
      long from = Math.max(reader.begin(consumer), logStart(consumer));
      LOG.info("Reading {} again from offset {}", partition, from);
      reader.advanceTo(from);
      consumer.seek(partition, from);
      readToHandover(consumer);
      return true;
    } catch (WakeupException e) {
      return true;
    } catch (OffsetOutOfRangeException e) {
      // The topic's beginning moved on while it was read; the chain rule says what that costs.
      LOG.warn("The beginning of {} passed the reader", partition, e);
      return false;
    } catch (ArchiveException e) {
      if (!e.isRetriable()) {
        throw e;
      }
      LOG.warn("Catching up {} waits for the archive", partition, e);
      return false;
    } catch (SchemaRegistryException e) {
      if (!e.isRetriable()) {
        throw e;
      }
      LOG.warn("Catching up {} waits for the schema registry", partition, e);
      return false;
    } catch (RetriableException e) {
      LOG.warn("Catching up {} waits for Kafka", partition, e);
      return false;
    }
  }

  private long logStart(Consumer<byte[], byte[]> consumer) {
    return consumer.beginningOffsets(List.of(partition)).get(partition);
  }

  private void readToHandover(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    while (!closed) {
      List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (closed || handover.isMetAt(record.offset())) {
          return;
        }
        reader.awaitRoom();
        reader.read(record.offset(), record.value());
      }
      long position = consumer.position(partition);
      reader.advanceTo(position);
      if (handover.isMetAt(position) || (records.isEmpty() && isAtEnd(consumer, position))) {
        LOG.info("Caught up {} at offset {}", partition, position);
        return;
      }
    }
  }

  private boolean isAtEnd(Consumer<byte[], byte[]> consumer, long position) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition));
    return position >= ends.get(partition) && handover.isMetAtEnd(position);
  }

  /** Ends reading and waits for the thread, so that nothing is read afterwards. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
