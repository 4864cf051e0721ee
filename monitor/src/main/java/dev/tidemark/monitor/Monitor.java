package dev.tidemark.monitor;

import dev.tidemark.monitor.alert.AlertBook;
import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.alert.Patience;
import dev.tidemark.monitor.condition.ArchiveBacklog;
import dev.tidemark.monitor.condition.CaptureTasks;
import dev.tidemark.monitor.condition.Condition;
import dev.tidemark.monitor.condition.OplogHeadroom;
import dev.tidemark.monitor.condition.PrimaryPresence;
import dev.tidemark.monitor.condition.Sight;
import dev.tidemark.monitor.condition.Vanished;
import dev.tidemark.monitor.connect.TaskWatch;
import dev.tidemark.monitor.delivery.AlertLog;
import dev.tidemark.monitor.delivery.Outbox;
import dev.tidemark.monitor.delivery.TopicDelivery;
import dev.tidemark.monitor.delivery.Webhook;
import dev.tidemark.monitor.error.MonitorError;
import dev.tidemark.monitor.failover.DriverProbe;
import dev.tidemark.monitor.failover.EndpointUpdater;
import dev.tidemark.monitor.failover.FailoverWatch;
import dev.tidemark.monitor.failover.PrimaryTracker;
import dev.tidemark.monitor.http.Endpoint;
import dev.tidemark.monitor.source.SourceOplogs;
import dev.tidemark.monitor.source.TopicRetention;
import dev.tidemark.monitor.topic.TopicReader;
import dev.tidemark.monitor.topic.Topics;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.TopologyEvent;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor as a service: reads the topics every few seconds, assesses the conditions, and tells
 * of alerts that begin and end. It goes on whatever fails, and alerts if it cannot see.
 *
 * <p>One monitor watches a deployment: a second one would raise every alert a second time.
 */
public final class Monitor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration WINDOW_INTERVAL = Duration.ofSeconds(30);
  private static final Duration TASK_INTERVAL = Duration.ofSeconds(5);
  private static final Duration STUCK = Duration.ofMinutes(5);

  private final MonitorConfig config;
  private final InstantSource clock;
  private final MonitorMetrics metrics = new MonitorMetrics();
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final Semaphore wake = new Semaphore(0);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AlertBook book;
  private final Observations observations;
  private final Topics topics;
  private final TopicReader reader;
  private final List<FailoverWatch> watches;
  private final SourceOplogs sources;
  private final TaskWatch tasks;
  private final TopicRetention retention;
  private final Rounds rounds;
  private final Endpoint endpoint;
  private final Thread thread = new Thread(this::run, "monitor");
  private volatile Instant lastSeen;
  private volatile Instant lastRound;
  private volatile boolean complete;
  private volatile boolean stopping;

  /**
   * Prepares everything and serves metrics; nothing is assessed before {@link #start()}.
   *
   * @throws TidemarkException if the address for metrics is in use
   * @throws KafkaException if a client's settings are wrong
   */
  public Monitor(MonitorConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.lastSeen = clock.instant();
    this.lastRound = lastSeen;
    try {
      SchemaRegistry registry = opened(new SchemaRegistryClient(config.registry()));
      this.topics = new Topics(registry);
      this.book =
          new AlertBook(
              new Patience(config.alerts().raiseAfter(), config.alerts().resolveAfter()),
              // The watch has been patient itself.
              Map.of(
                  AlertCode.PRIMARY_LOST,
                  Patience.NONE,
                  AlertCode.ELECTION_TIMED_OUT,
                  Patience.NONE),
              () -> UUID.randomUUID().toString());
      this.observations = Observations.none(config.alerts().heartbeatTolerance());
      this.reader = opened(reader());
      observations.readFrom(reader, topics, config);
      List<Condition> conditions = new ArrayList<>(observations.conditions(config));
      conditions.add(new Sight(() -> lastSeen, config.alerts().maxBlindness()));
      KafkaProducer<String, byte[]> producer = opened(producer());
      this.watches = watches(producer, registry);
      conditions.add(new PrimaryPresence(watches));
      this.sources =
          opened(new SourceOplogs(config.clusterAddresses(), config.failover().pingTimeout()));
      conditions.add(
          new OplogHeadroom(
              sources::windows, observations.progress(), config.alerts().minOplogWindow()));
      this.tasks = opened(new TaskWatch(config.connect(), clock));
      conditions.add(new CaptureTasks(tasks::findings));
      conditions.add(new Vanished(book::open, this::isGone));
      this.retention =
          opened(new TopicRetention(Admin.create(config.admin()), config.topics().oplogBackup()));
      conditions.add(
          new ArchiveBacklog(
              observations.progress(), retention::get, config.alerts().maxBacklogShare()));
      this.rounds = new Rounds(conditions, book, metrics, receivers(producer, registry));
      this.endpoint =
          opened(
              Endpoint.start(config.httpAddress(), metrics::scrape, this::isLive, this::isReady));
    } catch (RuntimeException e) {
      closeResources();
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    resources.push(resource);
    return resource;
  }

  private TopicReader reader() {
    return new TopicReader(
        new KafkaConsumer<>(
            config.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        config.producer(), new StringSerializer(), new ByteArraySerializer());
  }

  private List<FailoverWatch> watches(
      KafkaProducer<String, byte[]> producer, SchemaRegistry registry) {
    TopicDelivery<TopologyEvent> published =
        new TopicDelivery<>(
            producer,
            new AvroSerializer<>(registry),
            config.topics().topologyEvents(),
            TopologyEvent::getSource);
    Outbox<TopologyEvent> events =
        outbox(new Outbox<>("topology", published, FIRST_PAUSE, LONGEST_PAUSE));
    List<EndpointUpdater> updaters = config.failover().updaters(clock);
    return config.clusters().keySet().stream()
        .map(alias -> watch(alias, updaters, events))
        .toList();
  }

  private FailoverWatch watch(
      String alias, List<EndpointUpdater> updaters, Outbox<TopologyEvent> events) {
    return opened(
        new FailoverWatch(
            alias,
            new DriverProbe(
                config.cluster(alias),
                config.failover().pingInterval(),
                config.failover().pingTimeout()),
            new PrimaryTracker(
                config.failover().pingFailures(), config.failover().electionTimeout()),
            updaters,
            config.failover().pingInterval(),
            clock,
            event -> {
              metrics.steps(event);
              events.put(event);
            },
            wake::release));
  }

  private List<Consumer<Alert>> receivers(
      KafkaProducer<String, byte[]> producer, SchemaRegistry registry) {
    List<Consumer<Alert>> receivers = new ArrayList<>();
    receivers.add(AlertLog::write);
    TopicDelivery<Alert> published =
        new TopicDelivery<>(
            producer,
            new AvroSerializer<>(registry),
            config.topics().backupAlerts(),
            Alert::getSource);
    receivers.add(outbox(new Outbox<>("topic", published, FIRST_PAUSE, LONGEST_PAUSE))::put);
    config
        .alerts()
        .webhook()
        .ifPresent(
            address -> {
              Webhook<Alert> webhook =
                  new Webhook<>(
                      address,
                      config.alerts().webhookAuthorization(),
                      alert -> alert.getAlertId() + "-" + alert.getState());
              receivers.add(
                  outbox(new Outbox<>("webhook", webhook, FIRST_PAUSE, LONGEST_PAUSE))::put);
            });
    return receivers;
  }

  private <T> Outbox<T> outbox(Outbox<T> outbox) {
    metrics.watch(outbox);
    return opened(outbox.start());
  }

  /** Begins to watch, in the background. */
  public Monitor start() {
    watches.forEach(FailoverWatch::start);
    sources.start(WINDOW_INTERVAL);
    if (!config.connect().urls().isEmpty()) {
      tasks.start(TASK_INTERVAL);
    }
    retention.start(WINDOW_INTERVAL);
    thread.start();
    LOG.info("Metrics and health are served on port {}", endpoint.port());
    return this;
  }

  private void run() {
    boolean recalled = false;
    try {
      do {
        Instant now = clock.instant();
        try {
          if (!recalled) {
            recall();
            recalled = true;
          }
          reader.readToEnd();
          now = clock.instant();
          observations.progress().complete(now);
          lastSeen = now;
          metrics.seen(now);
          complete = true;
        } catch (KafkaException e) {
          LOG.warn("The topics cannot be read: {}", e.toString());
        }
        if (complete || isBlind(now)) {
          rounds.assess(now);
        }
        metrics.unreadable(reader.unreadable());
        lastRound = now;
        if (wake.tryAcquire(config.interval().toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      } while (!stopping);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("{}: the monitor stops", MonitorError.MONITOR_FAILED, e);
    } finally {
      stopped.countDown();
    }
  }

  // Alerts that were raised before a restart are still raised.
  private void recall() {
    try (TopicReader past = reader()) {
      topics.recall(past, config.topics(), book);
      past.readToEnd();
    }
    LOG.info("{} alerts were raised before and are not resolved", book.open().size());
  }

  private boolean isGone(Assessment.Subject subject) {
    return switch (subject.code()) {
      case PRIMARY_LOST, ELECTION_TIMED_OUT, OPLOG_WINDOW_SHORT ->
          !config.clusters().containsKey(subject.source());
      case CAPTURE_FAILED -> config.connect().urls().isEmpty() || tasks.isGone(subject.source());
      default -> false;
    };
  }

  private boolean isBlind(Instant now) {
    double silence = Duration.between(lastSeen, now).toMillis() / 1000.0;
    return silence > config.alerts().maxBlindness().threshold();
  }

  /** Whether the monitor works; if not, only a restart helps. */
  public boolean isLive() {
    return stopped.getCount() > 0
        && Duration.between(lastRound, clock.instant())
                .compareTo(STUCK.plus(config.interval().multipliedBy(3)))
            < 0;
  }

  /** Whether all topics were read, and lately. */
  public boolean isReady() {
    return complete && isLive() && !isBlind(clock.instant());
  }

  /** Where metrics and health are served. */
  public int port() {
    return endpoint.port();
  }

  /** Waits until the monitor is closed or has failed. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  @Override
  public synchronized void close() {
    stopping = true;
    wake.release();
    if (thread.isAlive()) {
      try {
        thread.join(Duration.ofSeconds(30).toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    closeResources();
  }

  private void closeResources() {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        LOG.warn("Not closed cleanly", e);
      }
    }
  }
}
