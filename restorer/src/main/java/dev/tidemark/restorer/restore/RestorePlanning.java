package dev.tidemark.restorer.restore;

import com.mongodb.MongoException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.plan.OplogTail;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.account.Accounts;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.mongo.MemberFacts;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.restore.KafkaTailSource.Extent;
import dev.tidemark.restorer.restore.KafkaTailSource.TailWish;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.PlanSummary;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SetOptime;
import java.io.IOException;
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
   * @param plan the plan
   * @param restores what it means for each replica set
   * @param rpoMillis between the newest write known at the source and the newest one restored; -1
   *     if it was not asked for or the source does not tell
   * @param warnings what the operator should know, each once
   */
  record Planned(
      RestorePlan plan, List<PlannedRestore> restores, long rpoMillis, List<String> warnings) {}

  /**
   * Plans a request, or again what an earlier attempt of it had planned. What that one knew of the
   * source then, which the moment was chosen by, is kept.
   *
   * @param base what lies on the target already and is rolled forward; empty for a snapshot
   * @param work a directory for what is read from Kafka
   * @throws dev.tidemark.archive.plan.TargetUnreachableException if the moment cannot be restored
   */
  Planned plan(
      RestoreRequest request,
      RestoreSelection selection,
      SkipRules skip,
      Optional<HeldBases> base,
      Path work,
      JobControl<RestoreStatus> control)
      throws IOException {
    RestoreStatus known = control.status();
    PlanSummary earlier = known.getPlan();
    List<String> warnings = new ArrayList<>(earlier == null ? List.of() : known.getWarnings());
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
    ArchiveIndex index =
        new ArchiveIndex(store, ArchiveIndex.cluster(store, Optional.of(request.getCluster())));
    KafkaTailSource tail =
        new KafkaTailSource(
            this::consumer,
            config.topics().oplogBackup(),
            events,
            wish(target, newestAtSource, index.sets().size()),
            work,
            control::cancelled,
            time);
    Planner planner = new Planner(index, tail);
    PlanRequest asked =
        new PlanRequest(
            target,
            snapshot,
            // A restore reads everything anyway; a dry run is all the reading there is.
            request.getDryRun() ? PlanCheck.CONTENT : PlanCheck.HEADERS,
            // What a base on the target may show is refused where the entries are read.
            base.isPresent() ? Optional.empty() : skip.earliest(),
            base.map(HeldBases::snapshot));
    ClusterPlan planned = ClusterPlan.of(planner, asked, store);
    RestorePlan plan = planned.told();
    warnings.addAll(plan.warnings());
    MergeOptions options =
        new MergeOptions(config.restoreParallelism(), config.restoreMemory(), work);
    List<PlannedRestore> restores =
        planned.restores(store, selection, skip, options).stream()
            .map(restore -> base.map(restore::holding).orElse(restore))
            .toList();
    long rpo = earlier == null ? rpo(newestAtSource, plan.optime()) : known.getRpoMillis();
    return new Planned(plan, restores, rpo, warnings.stream().distinct().toList());
  }

  /** How far the topic has to be read. */
  private TailWish wish(RestoreTarget target, Optional<Optime> newestAtSource, int sets) {
    Duration patience = config.latestWait();
    Extent atLeast = sets == 1 ? Extent.NO_MORE : Extent.ENDS_OF_TRANSACTIONS;
    if (target instanceof RestoreTarget.At at) {
      return new TailWish(at.optime(), atLeast, patience);
    }
    if (target instanceof RestoreTarget.Before before) {
      return new TailWish(before.optime().previous(), atLeast, patience);
    }
    if (target instanceof RestoreTarget.Latest) {
      return new TailWish(newestAtSource.orElse(Optime.ZERO), Extent.WHOLE_TOPIC, patience);
    }
    return new TailWish(Optime.ZERO, Extent.WHOLE_TOPIC, Duration.ZERO);
  }

  /**
   * The newest majority-committed optime of any of the source's replica sets; empty if one of them
   * does not answer.
   */
  private Optional<Optime> newestAtSource(String cluster, List<String> warnings) {
    if (!config.aliases().knowsCluster(cluster)) {
      return Optional.empty();
    }
    Optime newest = Optime.ZERO;
    for (DeploymentAddress set : config.aliases().sets(cluster)) {
      try (Deployment source = Deployment.open(set, APPLICATION)) {
        Optime majority = MemberFacts.of(source).majorityOptime();
        newest = majority.isAfter(newest) ? majority : newest;
      } catch (MongoException e) {
        LOG.info("The source {} does not answer: {}", set, ServerFailures.text(e));
        warnings.add(
            "The source "
                + set.alias()
                + " does not answer, so 'latest' is the newest entry that reached Kafka; what the"
                + " source had acknowledged beyond it is not known.");
        return Optional.empty();
      }
    }
    return Optional.of(newest).filter(optime -> !optime.equals(Optime.ZERO));
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
  static PlanSummary summary(Planned planned, RestoreEstimate estimate) throws IOException {
    RestorePlan plan = planned.plan();
    List<SetPlan> sets = plan.sets();
    List<String> users = new ArrayList<>();
    List<String> roles = new ArrayList<>();
    for (PlannedRestore restore : planned.restores()) {
      Accounts accounts = restore.accountsOfSnapshot();
      users.addAll(accounts.userNames());
      roles.addAll(accounts.roleNames());
    }
    return PlanSummary.newBuilder()
        .setSnapshotId(plan.snapshot().snapshotId())
        .setResolved(optimes(planned))
        .setSegments(sets.stream().mapToLong(set -> set.segments().size()).sum())
        .setEntries(sets.stream().mapToLong(SetPlan::entries).sum())
        .setArchivedBytes(sets.stream().mapToLong(SetPlan::objectBytes).sum())
        .setKafkaTailEntries(
            sets.stream().flatMap(set -> set.tail().stream()).mapToLong(OplogTail::entries).sum())
        .setNamespaces(
            planned.restores().stream()
                .flatMap(restore -> restore.namespaces().stream())
                .distinct()
                .sorted()
                .toList())
        .setUsers(users.stream().distinct().toList())
        .setRoles(roles.stream().distinct().toList())
        .setEstimatedSeconds(estimate.seconds(planned.restores()))
        .setEstimateRestores(estimate.restores())
        .setBaseBytes(planned.restores().stream().mapToLong(PlannedRestore::baseBytes).sum())
        .build();
  }

  /** The optime of every replica set: the same for all. */
  static List<SetOptime> optimes(Planned planned) {
    return planned.plan().sets().stream().map(set -> optime(set, planned.plan().optime())).toList();
  }

  private static SetOptime optime(SetPlan set, Optime optime) {
    return new SetOptime(
        set.snapshot().set().setId(),
        set.snapshot().set().name(),
        optime.value(),
        optime.toString());
  }
}
