package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.dump.PendingDirectory;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.materialize.DumpSink;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;

/**
 * Restores from an archive alone: the plan and the merge of every restore, without Kafka, a
 * registry or a server, into a sink of the caller's choice. {@code latest} is where the archive
 * ends.
 *
 * <p>A cluster's replica sets are brought to one moment, as in every restore of it. Immutable;
 * several runs may follow one plan.
 */
public final class ArchiveRestore {

  private final RestorePlan plan;
  private final ClusterPlan planned;
  private final ClusterPreview agreed;

  private ArchiveRestore(ClusterPlan planned, ClusterPreview agreed) {
    this.plan = planned.told();
    this.planned = planned;
    this.agreed = agreed;
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
   * What was written of a replica set.
   *
   * @param replicaSet its name; empty if it stands alone
   * @param out its dump
   * @param report of the merge
   * @param warnings what the operator should know, those of the merge included
   */
  public record Restored(String replicaSet, Path out, MergeReport report, List<String> warnings) {

    public Restored {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Decides what is read; touches nothing.
   *
   * @param index of the cluster; its store stays the caller's and has to stay open
   * @throws dev.tidemark.archive.plan.TargetUnreachableException if the moment cannot be restored,
   *     with those that can
   * @throws TidemarkException REQUEST_MALFORMED if a name is none
   */
  public static ArchiveRestore plan(
      ArchiveIndex index, PlanRequest request, Names names, MergeOptions options)
      throws IOException {
    return plan(index, request, names, SkipRules.NONE, options);
  }

  /**
   * Decides what is read, where some of what happened is left out; touches nothing.
   *
   * @param skip what is left out
   * @throws TidemarkException besides, of a cluster, what {@link ClusterPreview} refuses
   */
  public static ArchiveRestore plan(
      ArchiveIndex index, PlanRequest request, Names names, SkipRules skip, MergeOptions options)
      throws IOException {
    RestoreSelection selection =
        new RestoreSelection(
            names.include(), names.exclude(), names.rename(), names.usersAndRoles());
    ClusterPlan planned =
        ClusterPlan.of(
            new Planner(index, TailSource.NONE), request.from(skip.earliest()), index.store());
    List<PlannedRestore> restores = planned.restores(index.store(), selection, skip, options);
    return new ArchiveRestore(planned, ClusterPreview.of(restores, MergeListener.NONE));
  }

  /** What is read and up to where. */
  public RestorePlan plan() {
    return plan;
  }

  /** Which of the plan's warnings are about what is wrong in the archive. */
  public List<String> defects() {
    return planned.plan().warnings();
  }

  /** Which of them says why {@code latest} is an earlier moment than the newest one. */
  public Optional<String> earlier() {
    return planned.earlier();
  }

  /** The snapshot's collections and views, as they will be called; later ones are not known yet. */
  public List<String> namespaces() {
    return agreed.restores().stream()
        .flatMap(restore -> restore.namespaces().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** Entries that will be read. */
  public long entries() {
    return plan.sets().stream().mapToLong(SetPlan::entries).sum();
  }

  /** How long a run takes, roughly. */
  public long estimatedSeconds() {
    return Math.round(RestoreEstimate.ASSUMED.seconds(agreed.restores()));
  }

  /** The replica sets, each by itself. */
  public List<ArchivedSet> sets() {
    return agreed.restores().stream().map(ArchivedSet::new).toList();
  }

  /**
   * Keeps what is read from being removed until it is closed.
   *
   * @param id names the pin
   */
  public ArchivePin pin(String id, Time time) {
    return ArchivePin.of(agreed.restores().get(0).store(), plan, id, time);
  }

  /**
   * Writes a dump directory; of a cluster, a directory with a dump of each replica set under its
   * name.
   *
   * @param out appears when everything is written; must not exist
   * @param gzip whether its files are compressed
   * @return what was written, by replica set
   * @throws dev.tidemark.archive.error.ArchiveException {@code DUMP_EXISTS} if {@code out} exists
   * @throws TidemarkException REQUEST_UNKNOWN_NAMESPACE if a name stands for nothing
   */
  public List<Restored> toDump(Path out, boolean gzip, MergeListener listener) throws IOException {
    List<PlannedRestore> restores = agreed.restores();
    if (restores.size() == 1) {
      return List.of(dump(restores.get(0), "", out, out, gzip, listener));
    }
    List<Restored> dumped = new ArrayList<>();
    try (PendingDirectory pending = PendingDirectory.create(out)) {
      for (PlannedRestore restore : restores) {
        String set = restore.setName();
        String name = FileNames.of(set);
        Path into = pending.path().resolve(name);
        dumped.add(dump(restore, set, into, out.resolve(name), gzip, listener));
      }
      pending.appear();
    }
    return List.copyOf(dumped);
  }

  private static Restored dump(
      PlannedRestore restore,
      String set,
      Path into,
      Path shown,
      boolean gzip,
      MergeListener listener)
      throws IOException {
    try (DumpWriter writer = DumpWriter.create(into, gzip)) {
      SelectedSink selected = restore.selected(restore.dumping(new DumpSink(writer), writer));
      MergeReport report = restore.merge(listener).run(selected);
      List<String> warnings = new ArrayList<>(report.warnings());
      warnings.addAll(selected.warnings());
      report.undo().flatMap(UndoReport::uncheckedIndexes).ifPresent(warnings::add);
      return new Restored(set, shown, report, warnings);
    }
  }

  /**
   * Finds out what would be left out, without writing anything.
   *
   * @return by the names of the replica sets; the name of one that stands alone is empty
   * @throws TidemarkException one of {@code UNDO_…} if it cannot be left out
   */
  public Map<String, UndoReport> preview(MergeListener listener) throws IOException {
    List<PlannedRestore> restores = agreed.restores();
    Map<String, UndoReport> reports = new LinkedHashMap<>();
    if (restores.size() == 1 && !restores.get(0).skip().isEmpty()) {
      reports.put("", restores.get(0).merge(listener).preview().undo());
    }
    for (int i = 0; i < agreed.undo().size(); i++) {
      reports.put(restores.get(i).setName(), agreed.undo().get(i));
    }
    return reports;
  }
}
