package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.materialize.DumpSink;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;

/**
 * Restores from an archive alone: the plan and the merge of every restore, without Kafka, a
 * registry or a server, into a sink of the caller's choice. {@code latest} is where the archive
 * ends.
 *
 * <p>Immutable; several runs may follow one plan.
 */
public final class ArchiveRestore {

  /** Snapshots hold no leases. */
  private static final NamespaceSelection EVERYTHING =
      namespace ->
          namespace.startsWith(MongoLeases.DATABASE + ".")
              ? Optional.empty()
              : Optional.of(namespace);

  private final PlannedRestore planned;
  private final long estimatedSeconds;

  private ArchiveRestore(PlannedRestore planned) {
    this.planned = planned;
    this.estimatedSeconds = Math.round(RestoreEstimate.ASSUMED.seconds(planned));
  }

  /**
   * Which collections are written, and as what, by their names at the wanted moment.
   *
   * @param include databases and namespaces; everything if empty
   * @param exclude databases and namespaces
   * @param rename from database to database, or from namespace to namespace
   * @param usersAndRoles whether those of the databases come too
   */
  public record Names(
      Collection<String> include,
      Collection<String> exclude,
      Map<String, String> rename,
      boolean usersAndRoles) {

    /** Everything under its own name. */
    public static final Names ALL = new Names(List.of(), List.of(), Map.of(), true);

    /** Names, and users and roles if everything comes under its own: as mongodump does it. */
    public Names(
        Collection<String> include, Collection<String> exclude, Map<String, String> rename) {
      this(include, exclude, rename, include.isEmpty() && exclude.isEmpty() && rename.isEmpty());
    }

    public Names {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
      rename = Map.copyOf(rename);
    }
  }

  /**
   * What was written.
   *
   * @param report of the merge
   * @param warnings what the operator should know, those of plan and merge included
   */
  public record Restored(MergeReport report, List<String> warnings) {}

  /**
   * Decides what is read; touches nothing.
   *
   * @param index of the cluster; its store stays the caller's and has to stay open
   * @throws dev.tidemark.archive.plan.TargetUnreachableException if the moment cannot be restored,
   *     with those that can
   * @throws TidemarkException REQUEST_MALFORMED if a name is none
   */
  public static ArchiveRestore plan(
      ArchiveIndex index, PlanRequest request, Names names, MergeOptions options) {
    return plan(index, request, names, SkipRules.NONE, options);
  }

  /**
   * Decides what is read, where some of what happened is left out; touches nothing.
   *
   * @param skip what is left out
   */
  public static ArchiveRestore plan(
      ArchiveIndex index, PlanRequest request, Names names, SkipRules skip, MergeOptions options) {
    RestoreSelection selection =
        new RestoreSelection(
            names.include(), names.exclude(), names.rename(), names.usersAndRoles());
    RestorePlan plan = new Planner(index, TailSource.NONE).plan(request.from(skip.earliest()));
    if (plan.sets().size() != 1) {
      throw new TidemarkException(
          RestorerError.REQUEST_NOT_SUPPORTED,
          "not supported yet: rolling a snapshot of "
              + plan.sets().size()
              + " replica sets forward from the archive alone",
          index.keys().cluster(),
          "");
    }
    return new ArchiveRestore(
        new PlannedRestore(plan, plan.sets().get(0), index.store(), selection, skip, options));
  }

  public RestorePlan plan() {
    return planned.plan();
  }

  /** The snapshot's collections and views, as they will be called; later ones are not known yet. */
  public List<String> namespaces() {
    return planned.namespaces();
  }

  /** Entries that will be read. */
  public long entries() {
    return planned.set().entries();
  }

  /** How long a run takes, roughly. */
  public long estimatedSeconds() {
    return estimatedSeconds;
  }

  /** What is read of the replica set. */
  public SetPlan set() {
    return planned.set();
  }

  /** The entries that are read: those of the snapshot and of the segments behind it. */
  public OplogSource oplog() {
    return PlannedOplog.of(planned.store(), planned.set(), planned.optime());
  }

  /**
   * Keeps what is read from being removed until it is closed.
   *
   * @param id names the pin
   */
  public ArchivePin pin(String id, Time time) {
    return ArchivePin.of(planned.store(), planned.plan(), id, time);
  }

  /**
   * Writes a dump directory.
   *
   * @param out appears when everything is written; must not exist
   * @param gzip whether its files are compressed
   * @throws dev.tidemark.archive.error.ArchiveException {@code DUMP_EXISTS} if {@code out} exists
   * @throws TidemarkException REQUEST_UNKNOWN_NAMESPACE if a name stands for nothing
   */
  public Restored toDump(Path out, boolean gzip, MergeListener listener) throws IOException {
    try (DumpWriter writer = DumpWriter.create(out, gzip)) {
      SelectedSink selected = planned.selected(planned.dumping(new DumpSink(writer), writer));
      MergeReport report = planned.merge(listener).run(selected);
      List<String> more = new ArrayList<>(selected.warnings());
      report.undo().flatMap(UndoReport::uncheckedIndexes).ifPresent(more::add);
      return restored(report, more);
    }
  }

  /**
   * Finds out what would be left out, without writing anything.
   *
   * @return empty if nothing is to be left out
   * @throws TidemarkException one of {@code UNDO_…} if it cannot be left out
   */
  public Optional<UndoReport> preview(MergeListener listener) throws IOException {
    return planned.skip().isEmpty()
        ? Optional.empty()
        : Optional.of(planned.merge(listener).preview());
  }

  /**
   * Writes everything that a snapshot holds, users and roles included, whatever names were given.
   */
  public Restored everythingTo(RestoreSink sink, MergeListener listener) throws IOException {
    return restored(planned.mergeAs(EVERYTHING, listener).run(sink), List.of());
  }

  private Restored restored(MergeReport report, List<String> more) {
    List<String> warnings = new ArrayList<>(planned.plan().warnings());
    warnings.addAll(report.warnings());
    warnings.addAll(more);
    return new Restored(report, List.copyOf(warnings));
  }
}
