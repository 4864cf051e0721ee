package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.materialize.DumpSink;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Restores from an archive alone into a dump directory: the plan and the merge of every restore,
 * without Kafka, a registry or a server. {@code latest} is where the archive ends.
 *
 * <p>Immutable; several runs may follow one plan.
 */
public final class ArchiveMaterialization {

  private final PlannedRestore planned;
  private final long estimatedSeconds;

  private ArchiveMaterialization(PlannedRestore planned) {
    this.planned = planned;
    this.estimatedSeconds = Math.round(RestoreEstimate.seconds(planned));
  }

  /**
   * Which collections are written, and as what, by their names at the wanted moment.
   *
   * @param include databases and namespaces; everything if empty
   * @param exclude databases and namespaces
   * @param rename from database to database, or from namespace to namespace
   */
  public record Names(
      Collection<String> include, Collection<String> exclude, Map<String, String> rename) {

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
  public record Materialized(MergeReport report, List<String> warnings) {}

  /**
   * Decides what is read; touches nothing.
   *
   * @param index of the cluster; its store stays the caller's and has to stay open
   * @throws dev.tidemark.archive.plan.TargetUnreachableException if the moment cannot be restored,
   *     with those that can
   * @throws TidemarkException REQUEST_MALFORMED if a name is none
   */
  public static ArchiveMaterialization plan(
      ArchiveIndex index, PlanRequest request, Names names, MergeOptions options) {
    RestoreSelection selection =
        new RestoreSelection(names.include(), names.exclude(), names.rename());
    RestorePlan plan = new Planner(index, TailSource.NONE).plan(request);
    if (plan.sets().size() != 1) {
      throw new TidemarkException(
          RestorerError.REQUEST_NOT_SUPPORTED,
          "not supported yet: materializing a cluster of "
              + plan.sets().size()
              + " replica sets as a whole",
          index.keys().cluster(),
          "");
    }
    return new ArchiveMaterialization(
        new PlannedRestore(plan, plan.sets().get(0), index.store(), selection, options));
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

  /**
   * Writes the dump.
   *
   * @param out appears when everything is written; must not exist
   * @param gzip whether its files are compressed
   * @throws dev.tidemark.archive.error.ArchiveException {@code DUMP_EXISTS} if {@code out} exists
   * @throws TidemarkException REQUEST_UNKNOWN_NAMESPACE if a name stands for nothing
   */
  public Materialized run(Path out, boolean gzip, MergeListener listener) throws IOException {
    try (DumpWriter writer = DumpWriter.create(out, gzip)) {
      SelectedSink selected = new SelectedSink(new DumpSink(writer), planned.selection());
      MergeReport report = planned.merge(listener).run(selected);
      List<String> warnings = new ArrayList<>(planned.plan().warnings());
      warnings.addAll(report.warnings());
      warnings.addAll(selected.warnings());
      return new Materialized(report, List.copyOf(warnings));
    }
  }
}
