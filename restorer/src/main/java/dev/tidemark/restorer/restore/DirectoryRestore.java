package dev.tidemark.restorer.restore;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.dump.DumpedCollection;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.dump.PendingDirectory;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.account.AccountsSink;
import dev.tidemark.restorer.account.MergedAccounts;
import dev.tidemark.restorer.config.RestoreDestination;
import dev.tidemark.restorer.lease.DirectoryLease;
import dev.tidemark.restorer.materialize.DumpSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.Kept;
import dev.tidemark.restorer.request.ProgressTicker;
import dev.tidemark.restorer.undo.UndoReport;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.VerifyLevel;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoreStep;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Time;

/**
 * Restores into a directory on this machine, in the layout of mongodump: {@code
 * <directory>/<request id>}. Used once, by one thread.
 */
final class DirectoryRestore {

  /**
   * Begins the name of an empty file that is there from the first write until the success is told:
   * what lies beside it then is of this request, whoever goes on with it.
   */
  private static final String MARK = ".tidemark.writing.";

  private final RestoreDestination.OfDirectory destination;
  private final String worker;
  private final Time time;

  DirectoryRestore(RestoreDestination.OfDirectory destination, String worker, Time time) {
    this.destination = destination;
    this.worker = worker;
    this.time = time;
  }

  /**
   * Writes a dump of one replica set, or for those of a cluster a directory with a dump of each.
   *
   * @return the outcomes, in the order of the plans
   */
  List<RestoreOutcome> run(
      List<PlannedRestore> planned, RestoreRequest request, JobControl<RestoreStatus> control)
      throws IOException {
    DirectoryLease lease =
        DirectoryLease.take(destination.directory(), worker, request.getRequestId());
    Path out = destination.directory().resolve(FileNames.of(request.getRequestId()));
    Path mark = out.resolveSibling(MARK + out.getFileName());
    boolean done = false;
    try {
      if (Files.exists(mark)) {
        PendingDirectory.removeLeftOver(out);
      } else {
        PendingDirectory.requireAbsent(out);
        Files.createFile(mark);
      }
      List<RestoreOutcome> outcomes = write(planned, out, request, control);
      control.keep(untilTold(lease, mark));
      done = true;
      return outcomes;
    } finally {
      if (!done) {
        Files.deleteIfExists(mark);
        lease.close();
      }
    }
  }

  private static Kept untilTold(DirectoryLease lease, Path mark) {
    return new Kept() {
      @Override
      public void over() {
        try {
          Files.deleteIfExists(mark);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() {
        lease.close();
      }
    };
  }

  private List<RestoreOutcome> write(
      List<PlannedRestore> planned,
      Path out,
      RestoreRequest request,
      JobControl<RestoreStatus> control)
      throws IOException {
    RestoreProgress progress = new RestoreProgress(control, time);
    try (ProgressTicker ticker = new ProgressTicker(progress::publish)) {
      if (planned.size() == 1) {
        return List.of(run(planned.get(0), out, out, request, control, progress));
      }
      List<RestoreOutcome> outcomes = new ArrayList<>();
      try (PendingDirectory pending = PendingDirectory.create(out)) {
        for (PlannedRestore one : planned) {
          String name = FileNames.of(one.set().snapshot().set().name());
          Path into = pending.path().resolve(name);
          outcomes.add(run(one, into, out.resolve(name), request, control, progress));
        }
        pending.appear();
      }
      return outcomes;
    }
  }

  private static RestoreOutcome run(
      PlannedRestore planned,
      Path into,
      Path shown,
      RestoreRequest request,
      JobControl<RestoreStatus> control,
      RestoreProgress progress)
      throws IOException {
    progress.begin(RestoreStep.LOAD, planned.snapshotDocuments());
    MergeReport report;
    MergedAccounts merged;
    List<String> warnings = new ArrayList<>(List.of("Written to " + shown));
    try (DumpWriter writer = DumpWriter.create(into, false)) {
      AccountsSink accounts = planned.dumping(new DumpSink(writer), writer);
      SelectedSink selected = planned.selected(accounts);
      report = AccountsSink.withoutAccounts(planned.merge(progress).run(selected));
      merged = MergedAccounts.written(accounts.accounts());
      warnings.addAll(selected.warnings());
      report.undo().flatMap(UndoReport::uncheckedIndexes).ifPresent(warnings::add);
    }
    control.update(status -> RestoreStatus.newBuilder(status).setState(JobState.VERIFYING).build());
    progress.begin(RestoreStep.VERIFY, report.documents());
    List<RestoredNamespace> namespaces = verify(into, report, request.getVerify(), progress);
    return new RestoreOutcome(report, namespaces, List.of(), merged, warnings);
  }

  private static List<RestoredNamespace> verify(
      Path out, MergeReport report, VerifyLevel level, RestoreProgress progress)
      throws IOException {
    List<RestoredNamespace> verified = new ArrayList<>();
    try (Dump dump = Dumps.open(out)) {
      Map<String, DumpedCollection> found = new HashMap<>();
      dump.collections().forEach(collection -> found.put(collection.namespace(), collection));
      for (MergeReport.Written written : report.collections()) {
        boolean equal =
            level != VerifyLevel.NONE
                && matches(dump, found.get(written.collection().namespace()), written, progress);
        if (!equal && level != VerifyLevel.NONE) {
          throw new TidemarkException(
              RestorerError.VERIFICATION_FAILED,
              "What was read back of "
                  + written.collection().namespace()
                  + " differs from what was written",
              out.toString(),
              "Check the disk, then restore again with a new id");
        }
        verified.add(Verification.namespace(written, equal));
      }
    }
    return verified;
  }

  private static boolean matches(
      Dump dump, DumpedCollection found, MergeReport.Written written, RestoreProgress progress)
      throws IOException {
    if (found == null) {
      return false;
    }
    DocumentSum sum = new DocumentSum();
    if (found.hasDocuments()) {
      try (DocumentReader documents = dump.documents(found)) {
        for (BsonSlice document = documents.next(); document != null; document = documents.next()) {
          sum.add(document);
        }
      }
    }
    progress.done(written.digest().count());
    return sum.digest().equals(written.digest());
  }
}
