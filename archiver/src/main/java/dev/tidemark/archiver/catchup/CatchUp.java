package dev.tidemark.archiver.catchup;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    /**
     * The offset to begin at, once everything needed to know it is known.
     *
     * @throws ArchiveException if the archive cannot tell; asked again if that may pass
     */
    long begin(Consumer<byte[], ByteBuffer> consumer);

    /** Waits a moment for room for more segments; answers whether there is some. */
    boolean awaitRoom() throws InterruptedException;

    /**
     * Handles one record.
     *
     * @throws ArchiveException if it cannot be written. What was handled before may be lost with
     *     it, so that ends the reading
     */
    void read(long offset, ByteBuffer value);

    /** Everything before an offset was read, also where no record of it exists. */
    void advanceTo(long offset);
  }

  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], ByteBuffer>> consumers;
  private final Reader reader;
  private final Handover handover;
  private final long delayMillis;
  private final Thread thread;
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private final AtomicReference<Consumer<byte[], ByteBuffer>> current = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private CatchUp(
      TopicPartition partition,
      Supplier<Consumer<byte[], ByteBuffer>> consumers,
      Reader reader,
      Handover handover,
      long delayMillis) {
    this.partition = partition;
    this.consumers = consumers;
    this.reader = reader;
    this.handover = handover;
    this.delayMillis = delayMillis;
    this.thread = new Thread(this::run, "tidemark-catch-up-" + partition);
    thread.setDaemon(true);
  }

  /**
   * Starts reading.
   *
   * @param delayMillis how long it waits before
   */
  public static CatchUp start(
      TopicPartition partition,
      Supplier<Consumer<byte[], ByteBuffer>> consumers,
      Reader reader,
      Handover handover,
      long delayMillis) {
    CatchUp catchUp = new CatchUp(partition, consumers, reader, handover, delayMillis);
    catchUp.thread.start();
    return catchUp;
  }

  public Handover handover() {
    return handover;
  }

  /**
   * Rethrows on the stream thread what ended the reading, if something did.
   *
   * @throws ArchiveException if a record could not be written: a retriable one; if the archive
   *     cannot tell where to begin: one that is not
   */
  public void check() {
    RuntimeException e = failure.get();
    if (e != null) {
      throw e;
    }
  }

  private void run() {
    try {
      boolean over = closed.await(delayMillis, TimeUnit.MILLISECONDS) || attempt();
      while (!over && !closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
        over = attempt();
      }
    } catch (InterruptedException | InterruptException e) {
      failure.set(new IllegalStateException("Interrupted while catching up " + partition, e));
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Whether reading is over; a fault that may pass is logged and answered false. */
  private boolean attempt() throws InterruptedException {
    try (Consumer<byte[], ByteBuffer> consumer = consumers.get()) {
      current.set(consumer);
      if (isClosed()) {
        return true;
      }
      consumer.assign(List.of(partition));
      OptionalLong begin = begin(consumer);
      if (begin.isEmpty()) {
        return false;
      }
      long from = Math.max(begin.getAsLong(), logStart(consumer));
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
    } catch (SchemaRegistryException e) {
      if (!e.isRetriable()) {
        throw e;
      }
      LOG.warn("Catching up {} waits for the schema registry", partition, e);
      return false;
    } catch (RetriableException e) {
      LOG.warn("Catching up {} waits for Kafka", partition, e);
      return false;
    } finally {
      current.set(null);
    }
  }

  /** Empty while the archive does not answer. */
  private OptionalLong begin(Consumer<byte[], ByteBuffer> consumer) {
    try {
      return OptionalLong.of(reader.begin(consumer));
    } catch (ArchiveException e) {
      if (!e.isRetriable()) {
        throw e;
      }
      LOG.warn("Catching up {} waits for the archive", partition, e);
      return OptionalLong.empty();
    }
  }

  private long logStart(Consumer<byte[], ByteBuffer> consumer) {
    return consumer.beginningOffsets(List.of(partition)).get(partition);
  }

  private void readToHandover(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
    while (!isClosed()) {
      List<ConsumerRecord<byte[], ByteBuffer>> records = consumer.poll(POLL).records(partition);
      for (ConsumerRecord<byte[], ByteBuffer> record : records) {
        awaitRoom();
        if (isClosed() || handover.isMetAt(record.offset())) {
          return;
        }
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

  private void awaitRoom() throws InterruptedException {
    boolean room = reader.awaitRoom();
    while (!room && !isClosed()) {
      room = reader.awaitRoom();
    }
  }

  private boolean isAtEnd(Consumer<byte[], ByteBuffer> consumer, long position) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition));
    return position >= ends.get(partition) && handover.isMetAtEnd(position);
  }

  /** Ends reading and waits for the thread, so that nothing is read afterwards. */
  @Override
  public void close() {
    closed.countDown();
    Consumer<byte[], ByteBuffer> consumer = current.get();
    if (consumer != null) {
      consumer.wakeup();
    }
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
