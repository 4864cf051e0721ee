package dev.tidemark.archiver;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.retention.RetentionTurns;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archiver.cut.SegmentLimits;
import dev.tidemark.archiver.durable.DurableGroup;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.archiver.index.IndexUpkeep;
import dev.tidemark.archiver.metrics.ArchiverMetrics;
import dev.tidemark.archiver.pack.PackingClients;
import dev.tidemark.archiver.partition.Workshop;
import dev.tidemark.archiver.retention.RetentionRun;
import dev.tidemark.archiver.retention.RetentionSchedule;
import dev.tidemark.archiver.topology.ArchiverTopology;
import dev.tidemark.archiver.upload.Backoff;
import dev.tidemark.archiver.upload.SegmentStore;
import dev.tidemark.archiver.upload.UploadPool;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archiver as a service: {@link #start()} checks what it needs and begins, {@link #close()}
 * stops it within seconds and loses nothing, because the topic has what is not stored yet.
 */
public final class Archiver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  /** Somebody else takes the partitions over at once, not when the group's patience ends. */
  private static final CloseOptions LEAVING =
      CloseOptions.timeout(CLOSE_TIMEOUT)
          .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);

  private static final Backoff BACKOFF = new Backoff(500, 30_000);
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private final ArchiverConfig config;
  private final SpoolDirectory spool;
  private final ObjectStore store;
  private final SchemaRegistry registry;
  private final Admin admin;
  private final ArchiverMetrics metrics;
  private final UploadPool uploads;
  private final IndexUpkeep index;
  private final RetentionSchedule retention;
  private final KafkaStreams streams;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /**
   * Prepares everything; neither Kafka nor the archive is asked before {@link #start()}.
   *
   * @throws TidemarkException if a setting cannot be used
   */
  public Archiver(ArchiverConfig config) {
    this.config = config;
    this.spool = SpoolDirectory.open(config.spoolDirectory());
    this.metrics = new ArchiverMetrics(Time.SYSTEM);
    this.store = ObjectStores.open(config.archive(), metrics);
    this.registry = new SchemaRegistryClient(config.registry());
    this.admin = Admin.create(config.admin());
    this.uploads =
        new UploadPool(
            new SegmentStore(store),
            config.uploadThreads(),
            config.spoolMaxBytes(),
            BACKOFF,
            metrics);
    metrics.watch(uploads::waitingBytes);
    this.index = new IndexUpkeep(store, new ObjectKeys(config.cluster()), BACKOFF, SETTLING);
    this.retention = retention();
    this.streams =
        new KafkaStreams(
            ArchiverTopology.build(config.topics(), workshop(), new AvroSerializer<>(registry)),
            config.streams(),
            new PackingClients());
    streams.setUncaughtExceptionHandler(this::decide);
    streams.setStateListener(
        (now, before) -> {
          LOG.info("Archiver {} is {}", config.applicationId(), now);
          if (now.hasCompletedShutdown()) {
            stopped.countDown();
          }
        });
  }

  private Workshop workshop() {
    return new Workshop(
        store,
        new ObjectKeys(config.cluster()),
        new OplogEventReader(registry),
        new SegmentLimits(config.segmentWindow(), config.segmentMaxBytes()),
        SegmentFormat.defaults(),
        spool.folder(),
        new AtomicLong(),
        uploads,
        index,
        metrics::assignment,
        new DurableGroup(admin, config.durableGroup(), Time.SYSTEM),
        () ->
            new KafkaConsumer<>(
                config.rereader(), new ByteArrayDeserializer(), new ByteBufferDeserializer()),
        new TopicIds(admin)::idOf,
        config.handoverMaxBytes(),
        BACKOFF);
  }

  private RetentionSchedule retention() {
    ObjectKeys keys = new ObjectKeys(config.cluster());
    InstantSource clock = InstantSource.system();
    RetentionRun run =
        new RetentionRun(
            new ArchiveIndex(store, keys),
            config.retention().policy(store),
            config.retention().compacts(),
            spool.folder(),
            clock);
    return new RetentionSchedule(
        config.retention().schedule(),
        new RetentionTurns(store, keys, clock),
        run::run,
        config.applicationId() + "-" + UUID.randomUUID(),
        metrics,
        clock);
  }

  private StreamThreadExceptionResponse decide(Throwable cause) {
    failure.set(cause);
    LOG.error("The archiver stops", cause);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /**
   * Checks the topic and the store, then starts. A store or a key service that is away is waited
   * for, as it is later on; {@link #close()} ends that.
   *
   * @throws TidemarkException {@code ARCHIVER_TOPIC_UNUSABLE}, {@code ARCHIVER_STORE_UNSAFE} or
   *     what the store said
   */
  public void start() {
    Preflight preflight = new Preflight(config, admin, store);
    int failures = 0;
    while (!isReady(preflight)) {
      failures++;
      if (isClosedWithin(BACKOFF.millisAfter(failures))) {
        return;
      }
    }
    streams.start();
    retention.start();
  }

  private boolean isClosedWithin(long millis) {
    try {
      return closing.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static boolean isReady(Preflight preflight) {
    try {
      preflight.check();
      return true;
    } catch (ArchiveException e) {
      if (!e.isRetriable()) {
        throw e;
      }
      LOG.warn("The start waits for the archive: {}", e.getMessage());
      return false;
    }
  }

  /** Whether it runs and is assigned its partitions. */
  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /**
   * Waits until it stops by itself or is closed.
   *
   * @throws TidemarkException {@code ARCHIVER_FAILED} if it stopped by itself
   */
  public void awaitStop() throws InterruptedException {
    stopped.await();
    Throwable cause = failure.get();
    if (cause != null) {
      throw new TidemarkException(
          ArchiverError.ARCHIVER_FAILED,
          "the application stopped by itself: " + cause.getMessage(),
          config.applicationId(),
          "Look at the log, mend the cause and start it again; nothing is lost meanwhile",
          cause);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    retention.close();
    if (!streams.close(LEAVING)) {
      LOG.warn("The archiver did not stop within {}", CLOSE_TIMEOUT);
    }
    uploads.close();
    index.close();
    metrics.close();
    admin.close();
    registry.close();
    store.close();
    spool.close();
    stopped.countDown();
  }
}
