package dev.tidemark.restorer.restore;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.account.AccountSelection;
import dev.tidemark.restorer.account.MergedAccounts;
import dev.tidemark.restorer.account.TargetAccounts;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.request.ProgressTicker;
import dev.tidemark.restorer.rollforward.RollForward;
import dev.tidemark.restorer.rollforward.RollGoal;
import dev.tidemark.restorer.rollforward.RollOptions;
import dev.tidemark.restorer.rollforward.RollReport;
import dev.tidemark.restorer.rollforward.RolledAccounts;
import dev.tidemark.restorer.rollforward.TargetMoment;
import dev.tidemark.restorer.rollforward.WorkObjects;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.VerifyLevel;
import dev.tidemark.schemas.status.RestoreStep;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rolls the base on a deployment whose lease is held forward. Used once, by one thread. */
final class LeasedRollForward {

  private static final String APPLICATION = "tidemark-restore";

  private final DeploymentAddress address;
  private final PlannedRestore planned;
  private final TargetLease lease;
  private final RestoreProgress progress;

  LeasedRollForward(
      DeploymentAddress address,
      PlannedRestore planned,
      TargetLease lease,
      RestoreProgress progress) {
    this.address = address;
    this.planned = planned;
    this.lease = lease;
    this.progress = progress;
  }

  /**
   * What a request sets aside; to be cleared once nothing is left to go on with. The folder begins
   * with the name of the request's pin, by which retention sees that it is in use.
   */
  static WorkObjects work(PlannedRestore planned, String request) {
    return work(
        planned.store(),
        planned.plan().keys(),
        request,
        planned.cluster().map(others -> planned.setName()));
  }

  /**
   * The same before there is a plan.
   *
   * @param set the name of a replica set that is one of several
   */
  static WorkObjects work(
      ObjectStore store, ObjectKeys keys, String request, Optional<String> set) {
    String pin = FileNames.of(request);
    return new WorkObjects(
        store, keys, set.map(name -> pin + "." + FileNames.of(name)).orElse(pin));
  }

  /**
   * Fails as a roll forward would before its first write, and writes nothing.
   *
   * @return the users and roles that it would bring
   */
  static RolledAccounts check(
      DeploymentAddress address, PlannedRestore planned, RestoreProgress progress)
      throws IOException {
    try (Deployment target = Deployment.open(address, APPLICATION)) {
      return RollForward.check(
          target,
          planned.set().snapshot().end(),
          goal(planned, new ArrayList<>()),
          planned.selection().accounts(),
          RollOptions.of(planned.options(), false),
          progress);
    }
  }

  /**
   * What is to be there.
   *
   * @param warnings gets what the operator should know of the names
   */
  private static RollGoal goal(PlannedRestore planned, List<String> warnings) {
    return new RollGoal(
        planned.oplog(),
        planned.target(),
        planned.selection().withoutAccounts(),
        planned.skip(),
        collections -> {
          RenamedViews views = planned.names().of(collections);
          warnings.addAll(views.warnings());
          return views.collections();
        });
  }

  RestoreOutcome run(RestoreRequest request) throws IOException {
    String id = request.getRequestId();
    Optime moment = planned.set().snapshot().end();
    boolean readBack = request.getVerify() == VerifyLevel.FULL;
    try (Deployment target =
            Deployment.open(address, MongoLeases.applicationName(id, lease.epoch()));
        ProgressTicker ticker = new ProgressTicker(progress::publish)) {
      if (lease.checkpoint().isEmpty()) {
        requireStill(moment, target);
      }
      progress.begin(RestoreStep.LOAD, -1);
      List<String> warnings = new ArrayList<>();
      RollForward forward =
          new RollForward(
              target,
              lease,
              id,
              work(planned, id),
              goal(planned, warnings),
              RollOptions.of(planned.options(), readBack),
              progress);
      RollReport rolled = forward.run(moment, this::onIndexes);
      warnings.add(told(rolled, moment));
      LeasedRestore.violated(rolled.indexesLeftOut()).ifPresent(warnings::add);
      if (planned.selection().isPart()) {
        warnings.add(
            "Only the selected collections were rolled forward: everything else still shows "
                + moment);
      }
      MergeReport report = rolled.report();
      warnings.addAll(LeasedRestore.expiring(collections(report)));
      return new RestoreOutcome(
          report, namespaces(rolled), rolled.indexesLeftOut(), accounts(forward, target), warnings);
    }
  }

  private MergedAccounts accounts(RollForward forward, Deployment target) throws IOException {
    AccountSelection wanted = planned.selection().accounts();
    if (wanted.isEmpty()) {
      return MergedAccounts.NONE;
    }
    RolledAccounts rolled = forward.accounts(wanted);
    return new TargetAccounts(target, lease).merge(rolled.wanted(), rolled.gone());
  }

  /** Between the plan and the lease somebody else may have written. */
  private static void requireStill(Optime moment, Deployment target) {
    Optime now = TargetMoment.of(target).optime();
    if (!now.equals(moment)) {
      throw new TidemarkException(
          RestorerError.ROLL_FORWARD_BASE_MISMATCH,
          "The target was written to after the plan was made: it showed "
              + moment
              + " and shows "
              + now,
          target.toString(),
          "Stop whoever writes there, bring the base back as it was taken, and send the request"
              + " again with a new id");
    }
  }

  private void onIndexes(int count, int built) {
    if (built == 0) {
      progress.begin(RestoreStep.INDEX, count);
    } else {
      progress.done(1);
    }
  }

  private static List<RestoredCollection> collections(MergeReport report) {
    return report.collections().stream().map(MergeReport.Written::collection).toList();
  }

  /** Those that something was written into. */
  private static List<RestoredNamespace> namespaces(RollReport rolled) {
    return rolled.report().collections().stream()
        .filter(written -> written.digest().count() > 0)
        .map(written -> Verification.namespace(written, rolled.readBack()))
        .toList();
  }

  private String told(RollReport rolled, Optime moment) {
    return "Rolled forward in place from "
        + moment
        + ": "
        + rolled.report().documents()
        + " documents were written and "
        + rolled.gone()
        + " removed"
        + (rolled.readBack() ? ", each of them read back and compared" : "")
        + ". What the base brought and no entry touches was neither written nor verified"
        + (planned.selection().accounts().isEmpty()
            ? "; users and roles are as the base brought them."
            : ".");
  }
}
