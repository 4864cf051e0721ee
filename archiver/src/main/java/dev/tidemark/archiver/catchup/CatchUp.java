package dev.tidemark.archiver.catchup;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
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
 * #close} ends it earlier. A store or a broker that does not answer may keep its thread longer than
 * that; nothing that it does afterwards has an effect.
 */
public final class CatchUp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long RETRY_MILLIS = 1_000;

  /**
   * What is read; called by the catching-up thread alone. Whatever others see of it is done in
   * {@link #begin}, {@link #read} and {@link #advanceTo}, which are not called after {@link #close}
   * and which it waits for: they must not wait for the object store.
   */
  public interface Reader {

    /**
     * Finds out everything needed to begin, and waits for that.
     *
     * @throws ArchiveException if the archive cannot tell; asked again if that may pass
     */
    void prepare();

    /** Begins, and answers the offset to begin at. */
    long begin();

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

  /** Held while the reader does what others see. */
  private final Lock effects = new ReentrantLock();

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
      fail(new IllegalStateException("Interrupted while catching up " + partition, e));
    } catch (RuntimeException e) {
      fail(e);
    } catch (Error e) {
      // Otherwise the partition would wait for ever, and nobody would know.
      fail(new IllegalStateException("Catching up " + partition + " ended with " + e, e));
    }
  }

  private void fail(RuntimeException e) {
    if (isClosed()) {
      LOG.debug("Reading {} was ended", partition, e);
    } else {
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
      if (!isPrepared()) {
        return false;
      }
      long logStart = logStart(consumer);
      long from = effect(() -> Math.max(reader.begin(), logStart));
      LOG.info("Reading {} again from offset {}", partition, from);
      advanceTo(from);
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

  private boolean isPrepared() {
    try {
      reader.prepare();
      return true;
    } catch (ArchiveException e) {
      if (!e.isRetriable()) {
        throw e;
      }
      LOG.warn("Catching up {} waits for the archive", partition, e);
      return false;
    }
  }

  /**
   * Does what others see.
   *
   * @throws WakeupException if reading was ended
   */
  private long effect(LongSupplier step) {
    effects.lock();
    try {
      if (isClosed()) {
        throw new WakeupException();
      }
      return step.getAsLong();
    } finally {
      effects.unlock();
    }
  }

  private void advanceTo(long offset) {
    effect(
        () -> {
          reader.advanceTo(offset);
          return offset;
        });
  }

  private void read(ConsumerRecord<byte[], ByteBuffer> record) {
    effect(
        () -> {
          reader.read(record.offset(), record.value());
          return record.offset();
        });
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
        read(record);
      }
      long position = consumer.position(partition);
      advanceTo(position);
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

  /**
   * Ends reading: nothing is read afterwards. It waits for a record that is being read, so for the
   * disk and at the worst for the registry; not for the thread, which a store that does not answer
   * may keep for minutes.
   */
  @Override
  public void close() {
    closed.countDown();
    Consumer<byte[], ByteBuffer> consumer = current.get();
    if (consumer != null) {
      consumer.wakeup();
    }
    effects.lock();
    try {
      // Only now: an interrupted write would close the file of an open segment.
      thread.interrupt();
    } finally {
      effects.unlock();
    }
  }
}
