package dev.tidemark.restorer;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.config.WorkerIds;
import dev.tidemark.restorer.copy.LocalCopies;
import dev.tidemark.restorer.drill.DrillSchedule;
import dev.tidemark.restorer.drill.DrillWork;
import dev.tidemark.restorer.request.JobKind;
import dev.tidemark.restorer.request.RequestLoop;
import dev.tidemark.restorer.request.RequestTopics;
import dev.tidemark.restorer.request.TopicPoster;
import dev.tidemark.restorer.restore.RestoreWork;
import dev.tidemark.restorer.schedule.RequestScheduler;
import dev.tidemark.restorer.snapshot.SnapshotSchedule;
import dev.tidemark.restorer.snapshot.SnapshotWork;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import dev.tidemark.schemas.topic.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The restorer service: takes requests for snapshots, restores and drills off Kafka and carries
 * them out, one of each at a time. Several workers with one configuration share the requests.
 */
public final class Restorer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);
  private static final long LOOP_END_MS = 60_000;

  private final RestorerConfig config;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile RuntimeException failure;

  public Restorer(RestorerConfig config) {
    this.config = config;
  }

  /**
   * Starts to take requests, in the background.
   *
   * @throws TidemarkException if the archive cannot be used as it is set or a topic is missing
   */
  public void start() {
    String worker = WorkerIds.of(config.workerId());
    TopicNames topics = config.topics();
    ObjectStore store = opened(ObjectStores.open(config.archive()));
    requireUsable(store);
    SchemaRegistry registry = opened(new SchemaRegistryClient(config.registry()));
    TopicPoster<SnapshotSummary> announcer =
        opened(
            new TopicPoster<>(
                config.kafkaClients(),
                topics.snapshots(),
                SnapshotSummary::getSnapshotId,
                registry));
    TopicPoster<DrillResult> drillResults =
        opened(
            new TopicPoster<>(
                config.kafkaClients(), topics.drillResults(), DrillResult::getCluster, registry));
    Optional<LocalCopies> copies = LocalCopies.open(config, Time.SYSTEM);
    copies.ifPresent(this::opened);
    askWhenDue(registry);
    takeRequests(
        "snapshots",
        new JobKind<>(
            SnapshotRequest.class,
            SnapshotStatus.class,
            new SnapshotWork(config, store, copies, announcer, Time.SYSTEM)),
        topics.snapshotRequests(),
        topics.snapshotStatus(),
        registry,
        worker);
    takeRequests(
        "restores",
        new JobKind<>(
            RestoreRequest.class,
            RestoreStatus.class,
            new RestoreWork(config, store, registry, worker, Time.SYSTEM)),
        topics.restoreRequests(),
        topics.restoreStatus(),
        registry,
        worker);
    takeRequests(
        "drills",
        new JobKind<>(
            DrillRequest.class,
            DrillStatus.class,
            new DrillWork(config, registry, drillResults, Time.SYSTEM)),
        topics.drillRequests(),
        topics.drillStatus(),
        registry,
        worker);
    LOG.info("Worker {} takes requests", worker);
  }

  /** A wrong key or a missing right shows now, not with the first request. */
  private static void requireUsable(ObjectStore store) {
    try {
      store.folders("");
    } catch (ArchiveException e) {
      if (!e.isRetriable()) {
        throw e;
      }
      LOG.warn("The archive does not answer yet: {}", e.getMessage());
    }
  }

  private void askWhenDue(SchemaRegistry registry) {
    TopicPoster<SnapshotRequest> snapshots =
        opened(
            new TopicPoster<>(
                config.kafkaClients(),
                config.topics().snapshotRequests(),
                SnapshotRequest::getCluster,
                registry));
    TopicPoster<DrillRequest> drills =
        opened(
            new TopicPoster<>(
                config.kafkaClients(),
                config.topics().drillRequests(),
                DrillRequest::getCluster,
                registry));
    for (RequestScheduler<?> scheduler :
        List.of(
            opened(SnapshotSchedule.of(config, snapshots, Time.SYSTEM)),
            opened(SnapshotSchedule.ofSynthetic(config, snapshots, Time.SYSTEM)),
            opened(DrillSchedule.of(config, drills, Time.SYSTEM)))) {
      Thread thread = new Thread(scheduler, "schedule");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  /** Shares the requests of one kind with the other workers, in a group named after the kind. */
  private <R extends SpecificRecord, S extends SpecificRecord> void takeRequests(
      String name,
      JobKind<R, S> kind,
      String requestTopic,
      String statusTopic,
      SchemaRegistry registry,
      String worker) {
    RequestLoop<R, S> loop =
        opened(
            new RequestLoop<>(
                kind,
                new RequestTopics<>(
                    kind,
                    requestTopic,
                    statusTopic,
                    config.groupId() + "-" + name,
                    config.kafkaClients(),
                    registry),
                worker,
                config.requestMaxAge(),
                Time.SYSTEM));
    Thread thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (RuntimeException e) {
                LOG.error("No more requests for {} are taken", name, e);
                failure = e;
              } finally {
                ended.countDown();
              }
            },
            "requests-" + name);
    threads.add(thread);
    thread.start();
  }

  /** Whether every loop is running; false once one has failed. */
  public boolean isRunning() {
    return !threads.isEmpty() && threads.stream().allMatch(Thread::isAlive);
  }

  /**
   * Waits until the service ends, because it was closed or because a loop failed: half a service is
   * none, and whoever supervises it starts it again.
   *
   * @throws TidemarkException KAFKA_FAILED if a loop failed
   */
  public void join() throws InterruptedException {
    ended.await();
    if (failure != null) {
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED,
          "Taking requests failed: " + failure.getMessage(),
          String.join(",", config.getList(RestorerConfig.BOOTSTRAP_SERVERS_CONFIG)),
          "Check the brokers, the topics and the worker's rights on them, then start it again",
          failure);
    }
  }

  /** Ends the loops; jobs at hand are left for another worker to go on with. */
  @Override
  public void close() {
    for (int i = open.size() - 1; i >= 0; i--) {
      AutoCloseable resource = open.get(i);
      if (!(resource instanceof RequestLoop<?, ?>)) {
        break;
      }
      closeQuietly(resource);
    }
    for (Thread thread : threads) {
      try {
        thread.join(LOOP_END_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    for (int i = open.size() - 1; i >= 0; i--) {
      if (!(open.get(i) instanceof RequestLoop<?, ?>)) {
        closeQuietly(open.get(i));
      }
    }
    open.clear();
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("{} did not close cleanly", resource, e);
    }
  }
}
