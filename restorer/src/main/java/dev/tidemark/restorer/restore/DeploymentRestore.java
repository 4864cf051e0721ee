package dev.tidemark.restorer.restore;

import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.mongo.MemberFacts;
import dev.tidemark.restorer.mongo.ReplicaSetId;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.OverElsewhereException;
import dev.tidemark.restorer.request.ProgressTicker;
import dev.tidemark.restorer.sink.MongoRestoreSink;
import dev.tidemark.restorer.sink.ReadBack;
import dev.tidemark.restorer.sink.RestoreStage;
import dev.tidemark.restorer.sink.TargetIndexes;
import dev.tidemark.restorer.sink.TtlMonitor;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoreStep;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restores into a MongoDB deployment: load, verify, index, under the target's lease. Used once, by
 * one thread.
 */
final class DeploymentRestore {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRestore.class);
  private static final String APPLICATION = "tidemark-restore";

  private static final String STAGE = "stage";

  private final RestorerConfig config;
  private final DeploymentAddress address;
  private final String worker;
  private final Time time;
  private long lastHeld;

  DeploymentRestore(RestorerConfig config, DeploymentAddress address, String worker, Time time) {
    this.config = config;
    this.address = address;
    this.worker = worker;
    this.time = time;
    this.lastHeld = time.hiResClockMs();
  }

  /**
   * Fails if the target cannot be what is meant, without touching it.
   *
   * @throws TidemarkException TARGET_UNREACHABLE, TARGET_NOT_WRITABLE or TARGET_IS_SOURCE
   */
  void check(PlannedRestore planned) {
    try (Deployment target = Deployment.open(address, APPLICATION)) {
      MemberFacts facts = MemberFacts.of(target);
      if (!facts.primary()) {
        throw new TidemarkException(
            RestorerError.TARGET_NOT_WRITABLE,
            "The target has no primary at present",
            target.toString(),
            "Wait until it has elected one, then send the request again with a new id");
      }
      String sourceId = planned.set().snapshot().set().setId();
      Optional<String> targetId = ReplicaSetId.of(target).map(Object::toString);
      if (targetId.filter(sourceId::equals).isPresent()) {
        throw new TidemarkException(
            RestorerError.TARGET_IS_SOURCE,
            "The target is the replica set that the archive was taken from",
            target + ", replica set id " + sourceId,
            "Restore into another deployment and copy from there what is needed");
      }
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "say hello", address.toString());
    }
  }

  /**
   * Carries the plan out. When the target goes away midway, or the lease with it, the restore goes
   * on from its checkpoint once the target is back, as long as it does not stay away for longer
   * than the lease's patience.
   *
   * @throws OverElsewhereException if another worker has ended the request meanwhile
   */
  RestoreOutcome run(
      PlannedRestore planned, RestoreRequest request, JobControl<RestoreStatus> control)
      throws IOException {
    long patience = config.lease().patience().toMillis();
    while (true) {
      try {
        return attempt(planned, request, control);
      } catch (TidemarkException e) {
        long away = time.hiResClockMs() - lastHeld;
        if (!interrupted(e) || control.cancelled() || away > patience) {
          throw e;
        }
        LOG.warn("Request {} is interrupted and goes on: {}", request.getRequestId(), e.reason());
      }
    }
  }

  private static boolean interrupted(TidemarkException failure) {
    return failure.code() == RestorerError.TARGET_LEASE_LOST
        || (failure.getCause() instanceof MongoException cause
            && ServerFailures.transientFailure(cause));
  }

  private RestoreOutcome attempt(
      PlannedRestore planned, RestoreRequest request, JobControl<RestoreStatus> control)
      throws IOException {
    try (Deployment keeper = Deployment.open(address, APPLICATION);
        TargetLease lease =
            new MongoLeases(keeper, config.lease(), time)
                .take(worker, request.getRequestId(), control::cancelled)) {
      if (control.overElsewhere()) {
        throw new OverElsewhereException();
      }
      try {
        RestoreOutcome outcome = underLease(planned, request, control, lease);
        lease.release(true);
        return outcome;
      } finally {
        lastHeld = time.hiResClockMs();
      }
    }
  }

  private RestoreOutcome underLease(
      PlannedRestore planned,
      RestoreRequest request,
      JobControl<RestoreStatus> control,
      TargetLease lease)
      throws IOException {
    String id = request.getRequestId();
    RestoreProgress progress = new RestoreProgress(control, time);
    RestoreStage reached = reached(lease);
    if (reached != RestoreStage.UNTOUCHED) {
      LOG.info("Request {} goes on with what an earlier attempt wrote", id);
    }
    try (Deployment target =
            Deployment.open(address, MongoLeases.applicationName(id, lease.epoch()));
        TtlMonitor ttl = TtlMonitor.switchOff(target);
        MongoRestoreSink sink =
            MongoRestoreSink.open(
                target,
                lease,
                id,
                request.getDrop(),
                reached,
                config.restoreParallelism() * 2,
                stage -> begin(stage, planned, lease))) {
      List<String> warnings = new ArrayList<>();
      if (!ttl.warning().isEmpty()) {
        warnings.add(ttl.warning());
      }
      MergeReport report;
      try (ProgressTicker ticker = new ProgressTicker(progress::publish)) {
        progress.begin(RestoreStep.LOAD, planned.snapshotDocuments());
        SelectedSink selected = new SelectedSink(sink, planned.selection());
        report = planned.merge(progress).run(selected);
        warnings.addAll(selected.warnings());
        lease.remaining();
        control.update(
            status -> RestoreStatus.newBuilder(status).setState(JobState.VERIFYING).build());
        progress.begin(RestoreStep.VERIFY, report.documents());
        List<RestoredNamespace> namespaces =
            new Verification(
                    new ReadBack(target),
                    request.getVerify(),
                    config.restoreParallelism(),
                    progress)
                .run(report);
        List<RestoredCollection> collections =
            report.collections().stream().map(MergeReport.Written::collection).toList();
        progress.begin(RestoreStep.INDEX, TargetIndexes.count(collections));
        new TargetIndexes(target, lease).build(collections, progress::done);
        sink.forgetProgress();
        warnings.addAll(expiring(collections));
        return new RestoreOutcome(report, namespaces, warnings);
      }
    }
  }

  private static RestoreStage reached(TargetLease lease) {
    return lease
        .checkpoint()
        .map(checkpoint -> RestoreStage.valueOf(checkpoint.getString(STAGE).getValue()))
        .orElse(RestoreStage.UNTOUCHED);
  }

  /** From here on the target is written, and a later attempt goes on instead of starting. */
  private static void begin(RestoreStage stage, PlannedRestore planned, TargetLease lease) {
    lease.store(
        new BsonDocument(STAGE, new BsonString(stage.name()))
            .append("optime", new BsonString(planned.optime().toString()))
            .append("snapshot", new BsonString(planned.plan().snapshot().snapshotId())));
  }

  private static List<String> expiring(List<RestoredCollection> collections) {
    List<String> expiring =
        collections.stream()
            .filter(
                collection ->
                    collection.metadata().options().containsKey("expireAfterSeconds")
                        || collection.metadata().indexes().stream()
                            .anyMatch(index -> index.containsKey("expireAfterSeconds")))
            .map(RestoredCollection::namespace)
            .toList();
    return expiring.isEmpty()
        ? List.of()
        : List.of(
            "Documents that have expired since the restored moment are deleted by the TTL monitor"
                + " soon after this: "
                + String.join(", ", expiring));
  }
}
