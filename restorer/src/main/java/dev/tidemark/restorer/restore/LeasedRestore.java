package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.account.AccountsSink;
import dev.tidemark.restorer.account.MergedAccounts;
import dev.tidemark.restorer.account.TargetAccounts;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.ProgressTicker;
import dev.tidemark.restorer.sink.MongoRestoreSink;
import dev.tidemark.restorer.sink.ReadBack;
import dev.tidemark.restorer.sink.RestoreStage;
import dev.tidemark.restorer.sink.TargetIndexes;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoreStep;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restores one replica set into a deployment whose lease is held: load, verify, index. Used once,
 * by one thread.
 */
final class LeasedRestore {

  private static final Logger LOG = LoggerFactory.getLogger(LeasedRestore.class);
  private static final String STAGE = "stage";

  private final RestorerConfig config;
  private final DeploymentAddress address;
  private final PlannedRestore planned;
  private final TargetLease lease;
  private final RestoreProgress progress;

  LeasedRestore(
      RestorerConfig config,
      DeploymentAddress address,
      PlannedRestore planned,
      TargetLease lease,
      RestoreProgress progress) {
    this.config = config;
    this.address = address;
    this.planned = planned;
    this.lease = lease;
    this.progress = progress;
  }

  RestoreOutcome run(RestoreRequest request, JobControl<RestoreStatus> control) throws IOException {
    String id = request.getRequestId();
    RestoreStage reached = reached();
    if (reached != RestoreStage.UNTOUCHED) {
      LOG.info("Request {} goes on with what an earlier attempt wrote", id);
    }
    try (Deployment target =
            Deployment.open(address, MongoLeases.applicationName(id, lease.epoch()));
        MongoRestoreSink sink =
            MongoRestoreSink.open(
                target,
                lease,
                id,
                request.getDrop(),
                reached,
                config.restoreParallelism() * 2,
                this::begin)) {
      List<String> warnings = new ArrayList<>();
      MergeReport report;
      try (ProgressTicker ticker = new ProgressTicker(progress::publish)) {
        progress.begin(RestoreStep.LOAD, planned.snapshotDocuments());
        AccountsSink accounts = new AccountsSink(sink, planned.selection().accounts());
        SelectedSink selected = planned.selected(accounts);
        report = AccountsSink.withoutAccounts(planned.merge(progress).run(selected));
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
        List<String> indexesLeftOut =
            new TargetIndexes(target, lease)
                .build(collections, report.undo().isPresent(), progress::done);
        violated(indexesLeftOut).ifPresent(warnings::add);
        warnings.addAll(expiring(collections));
        MergedAccounts merged =
            planned.selection().accounts().isEmpty()
                ? MergedAccounts.NONE
                : new TargetAccounts(target, lease).merge(accounts.accounts());
        return new RestoreOutcome(report, namespaces, indexesLeftOut, merged, warnings);
      }
    }
  }

  private RestoreStage reached() {
    return lease
        .checkpoint()
        .map(checkpoint -> RestoreStage.valueOf(checkpoint.getString(STAGE).getValue()))
        .orElse(RestoreStage.UNTOUCHED);
  }

  /** From here on the target is written, and a later attempt goes on instead of starting. */
  private void begin(RestoreStage stage) {
    lease.store(
        new BsonDocument(STAGE, new BsonString(stage.name()))
            .append("optime", new BsonString(planned.optime().toString()))
            .append("snapshot", new BsonString(planned.plan().snapshot().snapshotId())));
  }

  /** What an undo violates; a sentence. */
  static Optional<String> violated(List<String> indexesLeftOut) {
    return indexesLeftOut.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The undo violates unique indexes, which are left out: "
                + String.join(", ", indexesLeftOut));
  }

  /** What the TTL monitor is about to delete. */
  static List<String> expiring(List<RestoredCollection> collections) {
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
