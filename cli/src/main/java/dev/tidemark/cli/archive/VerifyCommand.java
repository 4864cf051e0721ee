package dev.tidemark.cli.archive;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.plan.OplogBreak;
import dev.tidemark.archive.plan.OplogHistory;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.verify.ArchiveVerifier;
import dev.tidemark.archive.verify.VerifyReport;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.console.Progress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidemark verify}: whether an archive holds what it says. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Verify an archive: that every object is there with the right size, that headers, roll-ups and"
          + " manifests agree, and that no entry is missing from the oplog.",
      "Every defect is named; the exit code is 1 if there is one."
    })
public final class VerifyCommand implements Callable<Integer> {

  @Mixin private ArchiveOptions archive;

  @Mixin private OutputOptions output;

  @Option(
      names = "--deep",
      description = "Read every byte, decode it, and compare checksums, counts and digests.")
  private boolean deep;

  @Override
  public Integer call() {
    Console console = output.console();
    boolean sound = true;
    List<Map<String, Object>> clusters = new ArrayList<>();
    try (ObjectStore store = archive.open()) {
      for (ArchiveIndex index : archive.clusters(store)) {
        VerifyReport report = verify(console, index);
        print(console, report);
        clusters.add(json(report));
        sound &= report.isSound();
      }
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("archive", store.location());
      result.put("deep", deep);
      result.put("sound", sound);
      result.put("clusters", clusters);
      console.result(result);
    }
    return sound ? ExitCodes.OK : ExitCodes.NEGATIVE;
  }

  private VerifyReport verify(Console console, ArchiveIndex index) {
    try (Progress progress = console.progress("verifying " + index.keys().cluster(), -1)) {
      return new ArchiveVerifier(
              index,
              (what, done, total) -> progress.update(done, total, what),
              InstantSource.system())
          .verify(deep);
    }
  }

  private static void print(Console console, VerifyReport report) {
    console.say(
        "Cluster %s: %,d segments with %,d entries and %,d snapshots, %s, %s",
        report.contents().keys().cluster(),
        report.segments(),
        report.entries(),
        report.contents().snapshots().size(),
        Sizes.of(report.bytes()),
        report.deep() ? "every byte read" : "headers and sizes read");
    for (OplogHistory history : report.contents().histories().values()) {
      for (OplogBreak gap : history.breaks()) {
        if (gap.cause() != OplogBreak.Cause.LOST) {
          console.say("  gap in %s, no defect of the archive: %s", history.set(), gap.describe());
        }
      }
    }
    report.defects().forEach(defect -> console.say("  DEFECT " + defect));
    console.say(report.isSound() ? "  sound" : "  " + report.defects().size() + " defects");
  }

  private static Map<String, Object> json(VerifyReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cluster", report.contents().keys().cluster());
    json.put("sound", report.isSound());
    json.put("segments", report.segments());
    json.put("entries", report.entries());
    json.put("snapshots", report.contents().snapshots().size());
    json.put("bytes", report.bytes());
    json.put("defects", ArchiveJson.defects(report.defects()));
    return json;
  }
}
