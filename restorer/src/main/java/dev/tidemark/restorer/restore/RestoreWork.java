package dev.tidemark.restorer.restore;

import dev.tidemark.archive.plan.TargetUnreachableException;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestoreDestination;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.JobWork;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.request.RestoreMode;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.VerifyLevel;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.PlanSummary;
import dev.tidemark.schemas.status.RestorableRange;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoreStep;
import dev.tidemark.schemas.status.RestoredNamespace;
import dev.tidemark.schemas.status.UndoSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;

/** Carries a request for a restore out: plan, then load, verify and index, then report. */
public final class RestoreWork implements JobWork<RestoreRequest, RestoreStatus> {

  private final RestorerConfig config;
  private final ObjectStore store;
  private final RestorePlanning planning;
  private final String worker;
  private final Time time;

  public RestoreWork(
      RestorerConfig config, ObjectStore store, SchemaRegistry registry, String worker, Time time) {
    this.config = config;
    this.store = store;
    this.planning = new RestorePlanning(config, store, registry, time);
    this.worker = worker;
    this.time = time;
  }

  @Override
  public void run(RestoreRequest request, boolean resumed, JobControl<RestoreStatus> control)
      throws Exception {
    refuseDropping(request);
    RestoreDestination destination = config.aliases().target(request.getTarget());
    RestoreSelection selection =
        new RestoreSelection(
            request.getInclude(),
            request.getExclude(),
            request.getRename(),
            request.getUsersAndRoles());
    SkipRules skip = SkipRules.parse(request.getSkip());
    Files.createDirectories(config.workDirectory());
    Path work = Files.createTempDirectory(config.workDirectory(), "restore-");
    try {
      control.update(
          status ->
              RestoreStatus.newBuilder(status)
                  .setState(JobState.PLANNING)
                  .setStep(RestoreStep.PLAN)
                  .build());
      Optional<HeldBases> base = base(request, destination);
      RestorePlanning.Planned planned = plan(request, selection, skip, base, work, control);
      PlanSummary summary =
          RestorePlanning.summary(
              planned,
              RestoreEstimate.learned(control.history(), request.getTarget(), request.getVerify()));
      control.update(
          status ->
              RestoreStatus.newBuilder(status)
                  .setPlan(summary)
                  .setRpoMillis(planned.rpoMillis())
                  .setWarnings(planned.warnings())
                  .build());
      try (ArchivePin pin = ArchivePin.of(store, planned.plan(), request.getRequestId(), time)) {
        long began = time.hiResClockMs();
        ClusterPreview agreed =
            ClusterPreview.of(planned.restores(), new RestoreProgress(control, time));
        List<RestoreOutcome> outcomes = carryOut(destination, agreed.restores(), request, control);
        if (!outcomes.isEmpty()) {
          report(planned, outcomes, request, control);
          // What is learned from is how fast a target is written anew.
          if (!resumed && request.getMode() == RestoreMode.MERGE) {
            long took = time.hiResClockMs() - began;
            control.update(status -> RestoreStatus.newBuilder(status).setWorkMillis(took).build());
          }
        } else if (!skip.isEmpty()) {
          tellWhatIsLeftOut(agreed, control);
        }
      }
    } finally {
      deleteAll(work);
    }
  }

  @Override
  public RestoreStatus describe(RestoreRequest request, RestoreStatus status) {
    return RestoreStatus.newBuilder(status).setRequestedTo(request.getTo()).build();
  }

  @Override
  public RestoreStatus succeeded(RestoreStatus status) {
    Duration rto = Duration.between(status.getAcceptedAt(), status.getUpdatedAt());
    return RestoreStatus.newBuilder(status)
        .setRtoMillis(rto.toMillis())
        .setEstimatedSecondsLeft(0)
        .build();
  }

  /** What a base brought stays as it is, so there is nothing to replace. */
  private static void refuseDropping(RestoreRequest request) {
    if (request.getMode() == RestoreMode.ROLL_FORWARD && request.getDrop()) {
      throw new TidemarkException(
          RestorerError.REQUEST_MALFORMED,
          "a roll forward goes on with what the target holds and replaces nothing, so drop means"
              + " nothing",
          "",
          "Send the request without drop");
    }
  }

  /** What is rolled forward; empty if a snapshot is restored. */
  private Optional<HeldBases> base(RestoreRequest request, RestoreDestination destination)
      throws IOException {
    if (request.getMode() == RestoreMode.MERGE) {
      return Optional.empty();
    }
    if (destination instanceof RestoreDestination.OfDirectory) {
      throw new TidemarkException(
          RestorerError.REQUEST_NOT_SUPPORTED,
          "a directory has no oplog that tells which moment it shows, so it cannot be rolled"
              + " forward as a target",
          destination.alias(),
          "Roll a dump forward with tidemark materialize --dump, or name a deployment");
    }
    return Optional.of(new TargetBase(config, store, time).find(request, destination));
  }

  private RestorePlanning.Planned plan(
      RestoreRequest request,
      RestoreSelection selection,
      SkipRules skip,
      Optional<HeldBases> base,
      Path work,
      JobControl<RestoreStatus> control)
      throws IOException {
    try {
      return planning.plan(request, selection, skip, base, work, control);
    } catch (TargetUnreachableException e) {
      List<RestorableRange> possible =
          e.restorable().stream()
              .map(
                  range ->
                      new RestorableRange(
                          "",
                          request.getCluster(),
                          range.from().value(),
                          range.to().value(),
                          range.from().toString(),
                          range.to().toString()))
              .toList();
      control.update(status -> RestoreStatus.newBuilder(status).setRestorable(possible).build());
      throw e;
    }
  }

  /** The outcomes, one for each replica set; none after a dry run. */
  private List<RestoreOutcome> carryOut(
      RestoreDestination destination,
      List<PlannedRestore> restores,
      RestoreRequest request,
      JobControl<RestoreStatus> control)
      throws IOException {
    if (destination instanceof RestoreDestination.OfDirectory directory) {
      if (request.getDryRun()) {
        return List.of();
      }
      running(control);
      return new DirectoryRestore(directory, worker, time).run(restores, request, control);
    }
    DeploymentRestore into =
        new DeploymentRestore(config, Shards.parts(destination, restores), worker, time);
    into.check(request.getMode());
    boolean forward = request.getMode() == RestoreMode.ROLL_FORWARD;
    if (forward) {
      restores.forEach(restore -> restore.skip().requireBehind(restore.set().snapshot().end()));
    }
    if (request.getDryRun()) {
      if (forward) {
        AccountsPreview accounts = into.checkForward(control);
        control.update(accounts::in);
      }
      return List.of();
    }
    boolean asItIs = request.getSkip().isEmpty() && request.getRename().isEmpty();
    if (forward && asItIs && restores.stream().allMatch(RestoreWork::isThere)) {
      return restores.stream()
          .map(restore -> RestoreOutcome.alreadyThere(restore.optime()))
          .toList();
    }
    running(control);
    return into.run(request, control);
  }

  /** Says what a restore would leave out, or fails as it would. */
  private void tellWhatIsLeftOut(ClusterPreview agreed, JobControl<RestoreStatus> control)
      throws IOException {
    List<PlannedRestore> restores = agreed.restores();
    List<UndoReport> reports =
        restores.size() == 1
            ? List.of(restores.get(0).merge(new RestoreProgress(control, time)).preview().undo())
            : agreed.undo();
    List<UndoSummaries.OfSet> sets = new ArrayList<>();
    for (int i = 0; i < reports.size(); i++) {
      sets.add(new UndoSummaries.OfSet(Shards.nameAmong(restores, i), reports.get(i)));
    }
    control.update(
        status -> RestoreStatus.newBuilder(status).setUndo(UndoSummaries.of(sets)).build());
  }

  /** Whether nothing happened between the base and the wanted moment. */
  private static boolean isThere(PlannedRestore restore) {
    return !restore.optime().isAfter(restore.set().snapshot().end());
  }

  private static void running(JobControl<RestoreStatus> control) {
    control.update(status -> RestoreStatus.newBuilder(status).setState(JobState.RUNNING).build());
  }

  private static void report(
      RestorePlanning.Planned planned,
      List<RestoreOutcome> outcomes,
      RestoreRequest request,
      JobControl<RestoreStatus> control) {
    List<String> warnings = new ArrayList<>(planned.warnings());
    warnings.addAll(Shards.warnings(planned.restores(), outcomes));
    if (request.getUsersAndRoles() && outcomes.size() > 1) {
      warnings.add(
          "Users and roles are those that each replica set holds. What was made through mongos lies"
              + " on the config servers, and comes only if they are a replica set of the cluster");
    }
    List<RestoredNamespace> namespaces = Shards.namespaces(planned.restores(), outcomes);
    boolean verified =
        request.getVerify() != VerifyLevel.NONE
            && outcomes.stream().noneMatch(RestoreOutcome::untouched)
            && namespaces.stream().allMatch(RestoredNamespace::getVerified);
    if (request.getVerify() != VerifyLevel.FULL) {
      warnings.add("Verified only as asked for: " + request.getVerify());
    }
    control.update(
        status ->
            RestoreStatus.newBuilder(status)
                .setStep(RestoreStep.REPORT)
                .setStepDone(1)
                .setStepTotal(1)
                .setReached(RestorePlanning.optimes(planned))
                .setNamespaces(namespaces)
                .setDocuments(sum(outcomes, MergeReport::documents))
                .setBytes(sum(outcomes, MergeReport::bytes))
                .setUsers(outcomes.stream().mapToLong(o -> o.accounts().users()).sum())
                .setRoles(outcomes.stream().mapToLong(o -> o.accounts().roles()).sum())
                .setEntriesApplied(sum(outcomes, MergeReport::operations))
                .setVerify(request.getVerify().name())
                .setVerified(verified)
                .setWarnings(warnings.stream().distinct().toList())
                .setUndo(undo(planned.restores(), outcomes))
                .build());
  }

  /** What was left out; null for nothing. */
  private static UndoSummary undo(List<PlannedRestore> restores, List<RestoreOutcome> outcomes) {
    List<UndoSummaries.OfSet> sets = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      String set = Shards.nameAmong(restores, i);
      List<String> indexes = outcomes.get(i).indexesLeftOut();
      outcomes
          .get(i)
          .report()
          .undo()
          .ifPresent(undo -> sets.add(new UndoSummaries.OfSet(set, undo, indexes)));
    }
    return sets.isEmpty() ? null : UndoSummaries.of(sets);
  }

  private static long sum(List<RestoreOutcome> outcomes, ToLongFunction<MergeReport> figure) {
    return outcomes.stream().map(RestoreOutcome::report).mapToLong(figure).sum();
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
