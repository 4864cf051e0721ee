package dev.tidemark.restorer.restore;

import com.mongodb.MongoException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.plan.OplogTail;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.MemberFacts;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.PlanSummary;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SetOptime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a restore reads: which snapshot, which segments, and what is on Kafka behind them.
 * Touches no target. Thread-safe.
 */
final class RestorePlanning {

  private static final Logger LOG = LoggerFactory.getLogger(RestorePlanning.class);
  private static final String APPLICATION = "tidemark-restore-plan";

  private final RestorerConfig config;
  private final ObjectStore store;
  private final OplogEventReader events;
  private final Time time;

  RestorePlanning(RestorerConfig config, ObjectStore store, SchemaRegistry registry, Time time) {
    this.config = config;
    this.store = store;
    this.events = new OplogEventReader(registry);
    this.time = time;
  }

  /**
   * A plan, and what it means for the recovery point.
   *
   * @param restore the plan
   * @param rpoMillis between the newest write known at the source and the newest one restored; -1
   *     if it was not asked for or the source does not tell
   * @param warnings what the operator should know
   */
  record Planned(PlannedRestore restore, long rpoMillis, List<String> warnings) {}

  /**
   * Plans a request, or again what an earlier attempt of it had planned.
   *
   * @param work a directory for what is read from Kafka
   * @throws dev.tidemark.archive.plan.TargetUnreachableException if the moment cannot be restored
   */
  Planned plan(
      RestoreRequest request,
      RestoreSelection selection,
      Path work,
      JobControl<RestoreStatus> control) {
    List<String> warnings = new ArrayList<>();
    PlanSummary earlier = control.status().getPlan();
    RestoreTarget target =
        earlier == null
            ? RestoreTarget.parse(request.getTo())
            : new RestoreTarget.At(new Optime(earlier.getResolved().get(0).getTs()));
    Optional<String> snapshot =
        Optional.ofNullable(earlier == null ? request.getSnapshotId() : earlier.getSnapshotId());
    Optional<Optime> newestAtSource =
        target instanceof RestoreTarget.Latest
            ? newestAtSource(request.getCluster(), warnings)
            : Optional.empty();
    ObjectKeys keys = ArchiveIndex.cluster(store, Optional.of(request.getCluster()));
    KafkaTailSource tail =
        new KafkaTailSource(
            this::consumer,
            config.topics().oplogBackup(),
            events,
            wish(target, newestAtSource),
            work,
            control::cancelled,
            time);
    RestorePlan plan =
        new Planner(new ArchiveIndex(store, keys), tail)
            .plan(
                new PlanRequest(
                    target,
                    snapshot,
                    // A restore reads everything anyway; a dry run is all the reading there is.
                    request.getDryRun() ? PlanCheck.CONTENT : PlanCheck.HEADERS));
    warnings.addAll(plan.warnings());
    if (plan.sets().size() != 1) {
      throw new TidemarkException(
          RestorerError.REQUEST_NOT_SUPPORTED,
          "not supported yet: restoring a cluster of "
              + plan.sets().size()
              + " replica sets as a whole",
          request.getCluster(),
          "");
    }
    MergeOptions options =
        new MergeOptions(config.restoreParallelism(), config.restoreMemory(), work);
    PlannedRestore restore =
        new PlannedRestore(plan, plan.sets().get(0), store, selection, options);
    return new Planned(restore, rpo(newestAtSource, plan.optime()), warnings);
  }

  /** How far the topic has to be read. */
  private KafkaTailSource.TailWish wish(RestoreTarget target, Optional<Optime> newestAtSource) {
    Duration patience = config.latestWait();
    if (target instanceof RestoreTarget.At at) {
      return new KafkaTailSource.TailWish(at.optime(), false, patience);
    }
    if (target instanceof RestoreTarget.Before before) {
      return new KafkaTailSource.TailWish(before.optime().previous(), false, patience);
    }
    if (target instanceof RestoreTarget.Latest) {
      return new KafkaTailSource.TailWish(newestAtSource.orElse(Optime.ZERO), true, patience);
    }
    return new KafkaTailSource.TailWish(Optime.ZERO, true, Duration.ZERO);
  }

  /** The source's newest majority-committed optime; empty if the source does not answer. */
  private Optional<Optime> newestAtSource(String cluster, List<String> warnings) {
    if (!config.aliases().knowsCluster(cluster)) {
      return Optional.empty();
    }
    try (Deployment source = Deployment.open(config.aliases().cluster(cluster), APPLICATION)) {
      return Optional.of(MemberFacts.of(source).majorityOptime())
          .filter(optime -> !optime.equals(Optime.ZERO));
    } catch (MongoException e) {
      LOG.info("The source {} does not answer: {}", cluster, ServerFailures.text(e));
      warnings.add(
          "The source does not answer, so 'latest' is the newest entry that reached Kafka; what"
              + " the source had acknowledged beyond it is not known.");
      return Optional.empty();
    }
  }

  private static long rpo(Optional<Optime> newestAtSource, Optime restored) {
    return newestAtSource
        .map(newest -> Math.max(0, newest.seconds() - restored.seconds()) * 1000)
        .orElse(-1L);
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>(config.kafkaClients());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** What the status tells of a plan. */
  static PlanSummary summary(PlannedRestore restore, double estimatedSeconds) {
    SetPlan set = restore.set();
    return PlanSummary.newBuilder()
        .setSnapshotId(restore.plan().snapshot().snapshotId())
        .setResolved(List.of(optime(set, restore.optime())))
        .setSegments(set.segments().size())
        .setEntries(set.entries())
        .setArchivedBytes(set.objectBytes())
        .setKafkaTailEntries(set.tail().map(OplogTail::entries).orElse(0L))
        .setNamespaces(restore.namespaces())
        .setEstimatedSeconds(estimatedSeconds)
        .build();
  }

  static SetOptime optime(SetPlan set, Optime optime) {
    return new SetOptime(
        set.snapshot().set().setId(),
        set.snapshot().set().name(),
        optime.value(),
        optime.toString());
  }
}
