package dev.tidemark.cli.dump;

import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.materialize.Materialization;
import dev.tidemark.restorer.materialize.ShardInput;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.undo.SkipRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
import picocli.CommandLine.Spec;

/** {@code tidemark materialize}: restores to a dump without a server, from files or an archive. */
@Command(
    name = "materialize",
    mixinStandardHelpOptions = true,
    description = {
      "Roll a dump forward to an optime with oplog files, or restore from an archive, and write the"
          + " result as a dump directory, for which no server is needed.",
      "Everything up to the optime is applied, nothing after it."
    })
public final class MaterializeCommand implements Callable<Integer> {

  /** Stands for the name of a replica set that is no shard. */
  private static final String ALONE = "";

  @Spec private CommandSpec spec;

  @Mixin private OutputOptions output;

  @Mixin private FromArchive archive;

  @Option(
      names = "--dump",
      paramLabel = "PATH",
      description = "The dump to begin with: a directory or an archive file of mongodump.")
  private Path dump;

  @Option(
      names = "--oplog",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Files of entries (BSON, or segments of the archive), merged by optime; an entry in"
              + " several files counts once. Default: the dump's own oplog.")
  private List<Path> oplogs = List.of();

  @Option(
      names = "--shard",
      paramLabel = "NAME=DUMP[,OPLOG...]",
      description =
          "A shard of a cluster, instead of --dump and --oplog. All shards are brought to the same"
              + " optime, each into a directory of its name in --out. May be repeated.")
  private List<String> shards = List.of();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "MOMENT",
      description =
          "An optime (1705654321:7, inclusive), 'before 1705654321:7', an instant with its offset"
              + " (2026-11-22T13:00:00Z), or 'latest' for the last entry of the files or the archive.")
  private String to;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIRECTORY",
      description = "Where the result goes. It must not exist, and appears when it is complete.")
  private Path out;

  @Option(
      names = "--skip",
      split = ",",
      paramLabel = "WHAT",
      description =
          "Leave out, as if it had never happened, what takes effect at an optime (1705654321:7; of"
              + " a transaction that of the entry that commits it), or a range"
              + " ('1705654321:7..1705654399:1 shop.orders d': from, to, namespace, and perhaps one"
              + " of i, u, d, c). See docs/undo.md.")
  private List<String> skip = List.of();

  @Option(names = "--gzip", description = "Compress the result's files.")
  private boolean gzip;

  @Option(
      names = "--start",
      paramLabel = "OPTIME",
      converter = OptimeConverter.class,
      description =
          "The optime from which entries are applied; of a dump of one moment, whose --end is the"
              + " same, those behind it. Default: what the dump's snapshot.json says, else the first"
              + " entry of its own oplog.")
  private Optime start;

  @Option(
      names = "--end",
      paramLabel = "OPTIME",
      converter = OptimeConverter.class,
      description =
          "The optime at which the dump was complete. Default: what its snapshot.json says, else"
              + " the last entry of its own oplog.")
  private Optime end;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      description = "Threads that work in parallel. Default: one for every processor.")
  private Integer lanes;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description =
          "Mebibytes for documents that entries touch; beyond, they go to files beside --out."
              + " Default: two fifths of the heap.")
  private Long memory;

  @Override
  public Integer call() {
    requireSensibleBounds();
    Console console = output.console();
    if (archive.isGiven()) {
      refuseFilesBesideArchive();
      return FileFailures.of(out, () -> fromArchive(console));
    }
    Map<String, ShardInput> inputs = inputs();
    return FileFailures.of(out, () -> materialize(inputs, console));
  }

  private int fromArchive(Console console) throws IOException {
    RestoreTarget target = RestoreTarget.parse(to);
    try (TemporaryDirectory temporary = TemporaryDirectory.beside(out)) {
      return archive.materialize(
          target, SkipRules.parse(skip), out, gzip, options(temporary.path()), console);
    }
  }

  private void refuseFilesBesideArchive() {
    if (dump != null || !shards.isEmpty() || !oplogs.isEmpty() || start != null || end != null) {
      throw usage(
          "--archive brings everything: --dump, --oplog, --shard, --start and --end do not"
              + " go with it");
    }
  }

  private int materialize(Map<String, ShardInput> inputs, Console console) throws IOException {
    Optime target = Materialization.resolve(RestoreTarget.parse(to), inputs.values());
    Map<String, MergeReport> reports;
    try (TemporaryDirectory temporary = TemporaryDirectory.beside(out);
        MaterializeProgress progress = new MaterializeProgress(console)) {
      Materialization materialization =
          new Materialization(
              target, gzip, options(temporary.path()), progress, SkipRules.parse(skip));
      reports =
          shards.isEmpty()
              ? Map.of(ALONE, materialization.replicaSet(inputs.get(ALONE), out))
              : materialization.shards(inputs, out);
    }
    show(reports, console);
    return reports.values().stream().allMatch(MergeReport::complete)
        ? ExitCodes.OK
        : ExitCodes.NEGATIVE;
  }

  private void show(Map<String, MergeReport> reports, Console console) {
    Map<String, Object> results = new LinkedHashMap<>();
    reports.forEach(
        (shard, report) -> {
          MaterializeReport printed = new MaterializeReport(report, out.resolve(shard));
          if (!shard.equals(ALONE)) {
            console.say("shard " + shard);
          }
          printed.lines().forEach(console::say);
          results.put(shard, printed.asMap());
        });
    if (shards.isEmpty()) {
      console.result(new MaterializeReport(reports.get(ALONE), out).asMap());
    } else {
      console.result(Map.of("shards", results));
    }
  }

  private MergeOptions options(Path temporary) {
    MergeOptions defaults = MergeOptions.defaults(temporary);
    return new MergeOptions(
        lanes == null ? defaults.lanes() : lanes,
        memory == null ? defaults.memory() : memory << 20,
        temporary);
  }

  private void requireSensibleBounds() {
    if (lanes != null && lanes < 1) {
      throw usage("--lanes must be at least 1");
    }
    if (memory != null && memory < 1) {
      throw usage("--memory must be at least 1");
    }
  }

  private Map<String, ShardInput> inputs() {
    if (shards.isEmpty() == (dump == null)) {
      throw usage("one of --archive, --dump and --shard is needed");
    }
    if (archive.isWanted()) {
      throw usage(
          "--cluster, --snapshot, --include, --exclude, --rename, --users-and-roles and --dry-run"
              + " need --archive");
    }
    Map<String, ShardInput> inputs = new LinkedHashMap<>();
    if (dump != null) {
      inputs.put(ALONE, input(dump, oplogs));
      return inputs;
    }
    if (!oplogs.isEmpty()) {
      throw usage("the oplogs of a shard belong into its --shard");
    }
    for (String shard : shards) {
      addShard(inputs, shard);
    }
    return inputs;
  }

  private void addShard(Map<String, ShardInput> inputs, String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? "" : text.substring(0, equals);
    if (name.isEmpty() || !Path.of(name).equals(Path.of(name).getFileName()) || name.equals("..")) {
      throw usage("--shard is not of the form NAME=DUMP[,OPLOG...]: '" + text + "'");
    }
    List<Path> paths = new ArrayList<>();
    for (String path : text.substring(equals + 1).split(",")) {
      paths.add(Path.of(path));
    }
    if (inputs.put(name, input(paths.get(0), paths.subList(1, paths.size()))) != null) {
      throw usage("two shards are called '" + name + "'");
    }
  }

  private ShardInput input(Path path, List<Path> files) {
    return new ShardInput(path, files, Optional.ofNullable(start), Optional.ofNullable(end));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
