package dev.tidemark.cli.archive;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.plan.ArchiveContents;
import dev.tidemark.archive.plan.OplogBreak;
import dev.tidemark.archive.plan.OplogHistory;
import dev.tidemark.archive.plan.OplogRange;
import dev.tidemark.archive.plan.RestorableRange;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tidemark list}: what an archive can restore. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "List what an archive holds: the moments that can be restored, the snapshots, and for every"
          + " replica set the archived oplog and its gaps.",
      "Needs the archive alone: no Kafka, no registry, no MongoDB."
    })
public final class ListCommand implements Callable<Integer> {

  @Mixin private ArchiveOptions archive;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    Console console = output.console();
    List<Map<String, Object>> clusters = new ArrayList<>();
    try (ObjectStore store = archive.open()) {
      for (ArchiveIndex index : archive.clusters(store)) {
        ArchiveContents contents = ArchiveContents.load(index, TailSource.NONE);
        print(console, contents);
        clusters.add(ArchiveJson.contents(contents));
      }
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("archive", store.location());
      result.put("clusters", clusters);
      console.result(result);
    }
    return ExitCodes.OK;
  }

  private static void print(Console console, ArchiveContents contents) {
    console.say("Cluster " + contents.keys().cluster());
    console.say("  restorable");
    List<RestorableRange> restorable = contents.restorable();
    if (restorable.isEmpty()) {
      console.say("    nothing" + (contents.snapshots().isEmpty() ? ": there is no snapshot" : ""));
    }
    for (RestorableRange range : restorable) {
      console.say("    " + range + ", from " + String.join(", ", range.snapshots()));
    }
    console.say("  snapshots");
    if (contents.snapshots().isEmpty()) {
      console.say("    none");
    }
    contents.snapshots().forEach(snapshot -> print(console, snapshot));
    console.say("  oplog");
    contents.histories().values().forEach(history -> print(console, history));
    if (!contents.defects().isEmpty()) {
      console.say("  defects");
      contents.defects().forEach(defect -> console.say("    " + defect));
    }
  }

  private static void print(Console console, SnapshotManifest snapshot) {
    String moments =
        snapshot.sets().stream()
            .map(SnapshotSetManifest::end)
            .map(end -> end + " (" + ArchiveJson.instant(end) + ")")
            .collect(Collectors.joining(", "));
    if (snapshot.isExternal()) {
      console.say(
          "    %s  %s, END %s, outside the archive: %s",
          snapshot.snapshotId(), snapshot.kind(), moments, snapshot.location().orElseThrow());
      return;
    }
    console.say(
        "    %s  %s, END %s, %,d documents, %s in %s stored",
        snapshot.snapshotId(),
        snapshot.kind(),
        moments,
        Snapshots.documents(snapshot),
        Sizes.of(Snapshots.dataBytes(snapshot)),
        Sizes.of(Snapshots.storedBytes(snapshot)));
  }

  private static void print(Console console, OplogHistory history) {
    console.say("    " + history.set());
    for (int i = 0; i < history.ranges().size(); i++) {
      OplogRange range = history.ranges().get(i);
      if (i > 0) {
        OplogBreak gap = history.breaks().get(i - 1);
        console.say("      GAP: " + gap.describe());
      }
      console.say(
          "      %s to %s (%s to %s), %,d segments, %,d entries, %s in %s stored",
          range.first(),
          range.last().optime(),
          ArchiveJson.instant(range.first()),
          ArchiveJson.instant(range.last().optime()),
          range.segments().size(),
          range.segments().stream().mapToLong(SegmentIndexEntry::getEntryCount).sum(),
          Sizes.of(range.segments().stream().mapToLong(SegmentIndexEntry::getEntryBytes).sum()),
          Sizes.of(range.segments().stream().mapToLong(SegmentIndexEntry::getObjectBytes).sum()));
    }
    if (history.ranges().isEmpty()) {
      console.say("      nothing");
    }
  }
}
