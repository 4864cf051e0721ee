package dev.tidemark.cli.dump;

import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.cli.archive.ArchiveOptions;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.undo.UndoLines;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.restore.ArchiveRestore;
import dev.tidemark.restorer.restore.ArchiveRestore.Names;
import dev.tidemark.restorer.restore.ArchiveRestore.Restored;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The part of {@code tidemark materialize} that begins with an archive. */
final class FromArchive {

  @Mixin private ArchiveOptions archive;

  @Option(
      names = "--snapshot",
      paramLabel = "ID",
      description = "The archive's snapshot to start from; the newest usable one otherwise.")
  private String snapshotId;

  @Option(
      names = "--include",
      split = ",",
      paramLabel = "NS",
      description =
          "From an archive: only these databases and namespaces, by their names at that moment.")
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      split = ",",
      paramLabel = "NS",
      description = "From an archive: not these databases and namespaces.")
  private List<String> exclude = List.of();

  @Option(
      names = "--rename",
      split = ",",
      paramLabel = "FROM=TO",
      description = "From an archive: write a namespace, or a whole database, under another name.")
  private Map<String, String> rename = Map.of();

  @Option(
      names = "--users-and-roles",
      description =
          "From an archive: users and roles of the selected databases too; with everything they"
              + " always come.")
  private boolean usersAndRoles;

  @Option(
      names = "--dry-run",
      description =
          "From an archive: read everything that is needed, and stop after the plan; with"
              + " --skip, say what would be left out.")
  private boolean dryRun;

  /** Whether an archive was named. */
  boolean isGiven() {
    return archive.isGiven();
  }

  /** Whether something was asked for that only an archive makes possible. */
  boolean isWanted() {
    return snapshotId != null
        || archive.cluster().isPresent()
        || dryRun
        || usersAndRoles
        || !(include.isEmpty() && exclude.isEmpty() && rename.isEmpty());
  }

  int materialize(
      RestoreTarget target,
      SkipRules skip,
      Path out,
      boolean gzip,
      MergeOptions options,
      Console console)
      throws IOException {
    try (ObjectStore store = archive.open()) {
      ArchiveRestore restore =
          ArchiveRestore.plan(
              archive.oneCluster(store),
              new PlanRequest(
                  target,
                  Optional.ofNullable(snapshotId),
                  dryRun ? PlanCheck.CONTENT : PlanCheck.HEADERS),
              usersAndRoles
                  ? new Names(include, exclude, rename, true)
                  : new Names(include, exclude, rename),
              skip,
              options);
      say(restore, console);
      if (dryRun) {
        restore.plan().warnings().forEach(warning -> console.say("  warning: " + warning));
        Map<String, Object> result = new LinkedHashMap<>(plan(restore));
        Map<String, UndoReport> left = restore.preview(MergeListener.NONE);
        if (!left.isEmpty()) {
          UndoLines undo = UndoLines.of(left);
          undo.lines().forEach(console::say);
          result.put("undo", undo.asMap());
        }
        console.result(result);
        return ExitCodes.OK;
      }
      return run(restore, out, gzip, console);
    }
  }

  private static int run(ArchiveRestore restore, Path out, boolean gzip, Console console)
      throws IOException {
    List<Restored> done;
    try (MaterializeProgress progress = new MaterializeProgress(console)) {
      done = restore.toDump(out, gzip, progress);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    if (done.size() == 1) {
      result.putAll(show(done.get(0), restore.plan().warnings(), console));
    } else {
      restore.plan().warnings().forEach(warning -> console.say("  warning: " + warning));
      result.put("shards", shards(done, console));
    }
    result.put("plan", plan(restore));
    console.result(result);
    return done.stream().allMatch(one -> one.report().complete())
        ? ExitCodes.OK
        : ExitCodes.NEGATIVE;
  }

  /** As for shards that are given as dumps. */
  private static Map<String, Object> shards(List<Restored> done, Console console) {
    Map<String, Object> shards = new LinkedHashMap<>();
    for (Restored one : done) {
      console.say("shard " + one.replicaSet());
      shards.put(one.replicaSet(), show(one, List.of(), console));
    }
    return shards;
  }

  private static Map<String, Object> show(
      Restored one, List<String> warningsOfPlan, Console console) {
    List<String> warnings = new ArrayList<>(warningsOfPlan);
    warnings.addAll(one.warnings());
    MaterializeReport printed = new MaterializeReport(one.report(), one.out(), warnings);
    printed.lines().forEach(console::say);
    return printed.asMap();
  }

  private static void say(ArchiveRestore restore, Console console) {
    RestorePlan plan = restore.plan();
    console.say(
        "%s is %s: snapshot %s and %,d entries in %,d segments, about %,d s",
        plan.target(),
        plan.optime(),
        plan.snapshot().snapshotId(),
        restore.entries(),
        plan.sets().stream().mapToLong(set -> set.segments().size()).sum(),
        restore.estimatedSeconds());
  }

  private static Map<String, Object> plan(ArchiveRestore restore) {
    RestorePlan plan = restore.plan();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("cluster", plan.keys().cluster());
    map.put("to", plan.target().toString());
    map.put("resolved", plan.optime().toString());
    map.put("snapshotId", plan.snapshot().snapshotId());
    map.put("segments", plan.sets().stream().mapToLong(set -> set.segments().size()).sum());
    map.put("entries", restore.entries());
    map.put("archivedBytes", plan.sets().stream().mapToLong(set -> set.objectBytes()).sum());
    map.put("estimatedSeconds", restore.estimatedSeconds());
    map.put("namespaces", restore.namespaces());
    map.put("warnings", plan.warnings());
    return map;
  }
}
