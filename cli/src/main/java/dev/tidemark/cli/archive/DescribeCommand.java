package dev.tidemark.cli.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.IndexedSegment;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.NamespaceCounts;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.json.PlainJson;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidemark describe}: one snapshot or segment. */
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Describe a snapshot, or a segment by its key or by an optime that lies in it.")
public final class DescribeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SNAPSHOT|SEGMENT|OPTIME",
      description = "A snapshot's id, a segment's key, or an optime such as 1705654321:7.")
  private String what;

  @Mixin private ArchiveOptions archive;

  @Mixin private OutputOptions output;

  @Option(
      names = "--set",
      paramLabel = "NAME",
      description = "The replica set of an optime, by name or id, if there are several.")
  private String set;

  @Override
  public Integer call() {
    Console console = output.console();
    try (ObjectStore store = archive.open()) {
      Optional<SegmentKey> key = SegmentKey.parse(what);
      if (key.isPresent()) {
        describe(console, SegmentReader.open(store, what).entry());
      } else {
        ArchiveIndex index = archive.oneCluster(store);
        if (what.matches("\\d+:\\d+")) {
          describe(console, holding(index, Optime.parse(what)));
        } else {
          describe(console, new SnapshotCatalogue(store, index.keys()).load(what));
        }
      }
    }
    return ExitCodes.OK;
  }

  private SegmentIndexEntry holding(ArchiveIndex index, Optime optime) {
    List<IndexedSegment> found = new ArrayList<>();
    for (ReplicaSetRef candidate : index.sets()) {
      if (set == null || candidate.name().equals(set) || candidate.setId().equals(set)) {
        index.load(candidate).segments().stream()
            .filter(
                segment ->
                    !new Optime(segment.entry().getFirstTs()).isAfter(optime)
                        && !new Optime(segment.entry().getLastTs()).isBefore(optime))
            .forEach(found::add);
      }
    }
    if (found.size() != 1) {
      throw new ParameterException(
          spec.commandLine(),
          found.isEmpty()
              ? "no segment holds the optime " + optime
              : "several segments hold the optime " + optime + ": name the replica set with --set");
    }
    return SegmentReader.open(index.store(), found.get(0).entry().getObjectKey()).entry();
  }

  private static void describe(Console console, SegmentIndexEntry entry) {
    byte[] sha = new byte[entry.getContentSha256().remaining()];
    entry.getContentSha256().duplicate().get(sha);
    console.say("Segment " + entry.getObjectKey());
    console.say("  replica set   %s (%s)", entry.getSource(), entry.getSetId());
    console.say(
        "  entries       %,d, %s in %s stored",
        entry.getEntryCount(), Sizes.of(entry.getEntryBytes()), Sizes.of(entry.getObjectBytes()));
    console.say(
        "  optimes       %s to %s", new Optime(entry.getFirstTs()), new Optime(entry.getLastTs()));
    console.say(
        "  follows       %s",
        entry.getStartsWith() == null
            ? new Optime(entry.getPrevTs())
            : "a marker: " + entry.getStartsWith().getKind());
    console.say("  wall clock    %s to %s", entry.getMinWall(), entry.getMaxWall());
    console.say("  content       sha256 %s", HexFormat.of().formatHex(sha));
    console.say(
        "  topic         %s, partition %d, offsets %d to %d",
        entry.getTopicId(), entry.getPartition(), entry.getFirstOffset(), entry.getNextOffset());
    console.say("  blocks        %d", entry.getBlocks().size());
    console.say("  namespaces    inserts / updates / deletes / commands / noops");
    entry.getNamespaces().forEach(counts -> print(console, counts));
    if (entry.getOtherNamespaces() != null) {
      print(console, entry.getOtherNamespaces());
    }
    console.result(asMap(PlainJson.write(entry)));
  }

  private static Map<String, ?> asMap(Object tree) {
    @SuppressWarnings("unchecked") // A JSON object is a map by Jackson's contract.
    Map<String, ?> map = new ObjectMapper().convertValue(tree, LinkedHashMap.class);
    return map;
  }

  private static void print(Console console, NamespaceCounts counts) {
    console.say(
        "    %-30s %,d / %,d / %,d / %,d / %,d",
        counts.getNs().isEmpty() ? "(none)" : counts.getNs(),
        counts.getInserts(),
        counts.getUpdates(),
        counts.getDeletes(),
        counts.getCommands(),
        counts.getNoops());
  }

  private static void describe(Console console, SnapshotManifest snapshot) {
    console.say("Snapshot " + snapshot.snapshotId());
    console.say("  cluster       %s", snapshot.cluster());
    console.say("  kind          %s", snapshot.kind());
    console.say("  taken         %s to %s", snapshot.startedAt(), snapshot.completedAt());
    console.say(
        "  data          %,d documents, %s in %s stored",
        Snapshots.documents(snapshot),
        Sizes.of(Snapshots.dataBytes(snapshot)),
        Sizes.of(Snapshots.storedBytes(snapshot)));
    Map<String, Object> json = ArchiveJson.snapshot(snapshot);
    List<Map<String, Object>> collections = new ArrayList<>();
    for (SnapshotSetManifest part : snapshot.sets()) {
      console.say("  replica set   %s", part.set());
      console.say(
          "    read from   %s, server %s, feature version %s",
          part.member(), part.serverVersion(), part.featureVersion());
      console.say(
          "    optimes     needs the oplog from %s, START %s, END %s",
          part.fetchStart(), part.start(), part.end());
      part.oplog()
          .ifPresent(
              oplog ->
                  console.say(
                      "    own oplog   %,d entries, %s",
                      oplog.digest().count(), Sizes.of(oplog.digest().bytes())));
      for (SnapshotCollection collection : part.collections()) {
        DocumentSum.Digest digest = collection.digest();
        console.say(
            "    %-30s %s, %,d documents, %s, %d ranges",
            collection.namespace(),
            collection.metadata().type(),
            digest.count(),
            Sizes.of(digest.bytes()),
            collection.ranges().size());
        collections.add(json(part, collection));
      }
    }
    json.put("collections", collections);
    json.put("objects", snapshot.objects().stream().map(ArchiveJson::object).toList());
    console.result(json);
  }

  private static Map<String, Object> json(SnapshotSetManifest part, SnapshotCollection collection) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("set", part.set().name());
    json.put("namespace", collection.namespace());
    json.put("type", collection.metadata().type());
    json.put("uuid", collection.metadata().uuid().map(Object::toString).orElse(null));
    json.put("indexes", collection.metadata().indexes().size());
    json.put("documents", collection.digest().count());
    json.put("bytes", collection.digest().bytes());
    json.put("digest", collection.digest().hex());
    json.put("ranges", collection.ranges().size());
    json.put("object", collection.data().map(StoredObject::key).orElse(null));
    return json;
  }
}
