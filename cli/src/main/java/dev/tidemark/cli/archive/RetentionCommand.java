package dev.tidemark.cli.archive;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.retention.Compaction;
import dev.tidemark.archive.retention.Compaction.Compacted;
import dev.tidemark.archive.retention.Decision;
import dev.tidemark.archive.retention.Retention;
import dev.tidemark.archive.retention.RetentionPolicy;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archiver.RetentionConfig;
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
          + " first taken out of the index and deleted by a later run, when the grace is over.",
      "With --config it keeps what the archiver that has that file keeps: retention.* and cluster"
          + " count. Options here count more."
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
      description =
          "How far back every moment can be restored. Default: retention.continuous.ms, else 24h.")
  private Duration continuous;

  @Option(
      names = "--snapshots",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long snapshots are kept. Default: retention.snapshots.ms, else 30d, in a local"
              + " directory 7d.")
  private Duration snapshots;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long segments stay after they left the index: longer than any restore. Default:"
              + " retention.grace.ms, else 24h.")
  private Duration grace;

  @Option(
      names = "--compact",
      negatable = true,
      description =
          "Also replace the small segments of every finished hour by one. Default:"
              + " retention.compact, else not.")
  private Boolean compact;

  @Override
  public Integer call() {
    Console console = output.console();
    RetentionConfig config = archive.configured(RetentionConfig::of);
    boolean compacts = compact == null ? config.compacts() : compact;
    List<Map<String, Object>> clusters = new ArrayList<>();
    try (ObjectStore store = archive.open()) {
      RetentionPolicy policy = policy(config.policy(store));
      for (ArchiveIndex index : clusters(store, config)) {
        List<Compacted> compacted = compacts ? compact(index, policy) : List.of();
        Retention retention = new Retention(index, policy, Clock.systemUTC());
        List<Decision> decisions = dryRun ? retention.explain() : retention.run();
        print(console, index, describe(policy, compacts));
        print(console, compacted, decisions);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cluster", index.keys().cluster());
        json.put("compacted", compacted.stream().mapToInt(done -> done.replaced().size()).sum());
        json.put("compactions", compacted.stream().map(ArchiveJson::compacted).toList());
        json.put("decisions", decisions.stream().map(ArchiveJson::decision).toList());
        clusters.add(json);
      }
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("archive", store.location());
      result.put("dryRun", dryRun);
      result.put("policy", ArchiveJson.policy(policy, compacts));
      result.put("clusters", clusters);
      console.result(result);
    }
    return ExitCodes.OK;
  }

  /** A file of settings is one cluster's: what it keeps must not be applied to another one. */
  private List<ArchiveIndex> clusters(ObjectStore store, RetentionConfig config) {
    return archive.cluster().isPresent() || config.cluster().isEmpty()
        ? archive.clusters(store)
        : List.of(new ArchiveIndex(store, ArchiveIndex.cluster(store, config.cluster())));
  }

  private RetentionPolicy policy(RetentionPolicy configured) {
    return new RetentionPolicy(
        continuous == null ? configured.continuous() : continuous,
        snapshots == null ? configured.snapshots() : snapshots,
        grace == null ? configured.grace() : grace,
        configured.unfinished());
  }

  private List<Compacted> compact(ArchiveIndex index, RetentionPolicy policy) {
    Path spool = null;
    try {
      spool = Files.createTempDirectory("tidemark-compaction");
      Compaction compaction =
          new Compaction(index, spool, SegmentFormat.defaults(), policy.grace(), Clock.systemUTC());
      List<Compacted> compacted = new ArrayList<>();
      for (ReplicaSetRef set : index.sets()) {
        compacted.addAll(dryRun ? compaction.explain(set) : compaction.compact(set));
      }
      return compacted;
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

  private static String describe(RetentionPolicy policy, boolean compacts) {
    return "every moment of the last %s, snapshots of %s, a grace of %s, %s"
        .formatted(
            DurationConverter.describe(policy.continuous()),
            DurationConverter.describe(policy.snapshots()),
            DurationConverter.describe(policy.grace()),
            compacts ? "with compaction" : "no compaction");
  }

  private void print(Console console, ArchiveIndex index, String policy) {
    console.say(
        "Cluster %s, %s%s", index.keys().cluster(), policy, dryRun ? ": nothing is changed" : "");
  }

  private static void print(Console console, List<Compacted> compacted, List<Decision> decisions) {
    for (Compacted done : compacted) {
      console.say("  COMPACT %,d segments into %s", done.replaced().size(), done.key());
    }
    for (Decision decision : decisions) {
      console.say(
          "  %-7s %s %s, %s: %s",
          decision.verdict(),
          decision.subject().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          decision.name(),
          Sizes.of(decision.bytes()),
          decision.reason());
    }
  }
}
