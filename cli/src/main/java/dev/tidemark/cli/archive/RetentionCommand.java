package dev.tidemark.cli.archive;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.retention.Compaction;
import dev.tidemark.archive.retention.Decision;
import dev.tidemark.archive.retention.Retention;
import dev.tidemark.archive.retention.RetentionPolicy;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidemark retention}: deletes what is no longer kept. */
@Command(
    name = "retention",
    mixinStandardHelpOptions = true,
    description = {
      "Delete from an archive what its retention no longer keeps, and say why for everything.",
      "Nothing is deleted that a kept moment needs, and never the newest good snapshot. Segments are"
          + " first taken out of the index and deleted by a later run, when the grace is over."
    })
public final class RetentionCommand implements Callable<Integer> {

  @Mixin private ArchiveOptions archive;

  @Mixin private OutputOptions output;

  @Option(names = "--dry-run", description = "Only explain; change nothing.")
  private boolean dryRun;

  @Option(
      names = "--continuous",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How far back every moment can be restored. Default: 24h.")
  private Duration continuous;

  @Option(
      names = "--snapshots",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long snapshots are kept. Default: 30d, in a local directory 7d.")
  private Duration snapshots;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long segments stay after they left the index: longer than any restore. Default: 24h.")
  private Duration grace;

  @Option(
      names = "--compact",
      description = "Also replace the small segments of every finished hour by one.")
  private boolean compact;

  @Override
  public Integer call() {
    Console console = output.console();
    List<Map<String, Object>> clusters = new ArrayList<>();
    try (ObjectStore store = archive.open()) {
      RetentionPolicy policy = policy(store);
      for (ArchiveIndex index : archive.clusters(store)) {
        int compacted = compact && !dryRun ? compact(index, policy) : 0;
        Retention retention = new Retention(index, policy, Clock.systemUTC());
        List<Decision> decisions = dryRun ? retention.explain() : retention.run();
        print(console, index, decisions, compacted);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cluster", index.keys().cluster());
        json.put("compacted", compacted);
        json.put("decisions", decisions.stream().map(ArchiveJson::decision).toList());
        clusters.add(json);
      }
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("archive", store.location());
      result.put("dryRun", dryRun);
      result.put("clusters", clusters);
      console.result(result);
    }
    return ExitCodes.OK;
  }

  private RetentionPolicy policy(ObjectStore store) {
    RetentionPolicy defaults = RetentionPolicy.defaultsFor(store);
    return new RetentionPolicy(
        continuous == null ? defaults.continuous() : continuous,
        snapshots == null ? defaults.snapshots() : snapshots,
        grace == null ? defaults.grace() : grace,
        defaults.unfinished());
  }

  private static int compact(ArchiveIndex index, RetentionPolicy policy) {
    Path spool = null;
    try {
      spool = Files.createTempDirectory("tidemark-compaction");
      Compaction compaction =
          new Compaction(index, spool, SegmentFormat.defaults(), policy.grace(), Clock.systemUTC());
      int replaced = 0;
      for (ReplicaSetRef set : index.sets()) {
        replaced += compaction.compact(set).stream().mapToInt(done -> done.replaced().size()).sum();
      }
      return replaced;
    } catch (IOException e) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "no temporary directory can be made: " + e.getMessage(),
          String.valueOf(System.getProperty("java.io.tmpdir")),
          "Set java.io.tmpdir to a directory with room for an hour of segments",
          e);
    } finally {
      deleteQuietly(spool);
    }
  }

  private static void deleteQuietly(Path spool) {
    if (spool != null && !spool.toFile().delete()) {
      spool.toFile().deleteOnExit();
    }
  }

  private void print(Console console, ArchiveIndex index, List<Decision> decisions, int compacted) {
    console.say("Cluster %s%s", index.keys().cluster(), dryRun ? ": nothing is changed" : "");
    if (compacted > 0) {
      console.say("  %,d small segments were replaced by compacted ones", compacted);
    }
    for (Decision decision : decisions) {
      console.say(
          "  %-6s %s %s, %s: %s",
          decision.verdict(),
          decision.subject().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          decision.name(),
          Sizes.of(decision.bytes()),
          decision.reason());
    }
  }
}
