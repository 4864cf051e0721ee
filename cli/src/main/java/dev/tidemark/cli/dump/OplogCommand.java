package dev.tidemark.cli.dump;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bson.BSONException;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidemark oplog}: shows oplog entries. */
@Command(
    name = "oplog",
    mixinStandardHelpOptions = true,
    description =
        "Print the entries of an oplog file as canonical Extended JSON, one a line, or counts of"
            + " them.")
public final class OplogCommand implements Callable<Integer> {

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  @Spec private CommandSpec spec;

  @Mixin private OutputOptions output;

  @Parameters(
      paramLabel = "FILE",
      description = "A file of entries (BSON), plain or compressed, or a segment of the archive.")
  private Path file;

  @Option(
      names = "--ns",
      paramLabel = "NAMESPACE",
      description =
          "Only entries of this namespace, those of applyOps and transactions included; * stands"
              + " for any characters. May be repeated.")
  private List<String> namespaces = List.of();

  @Option(
      names = "--op",
      paramLabel = "KIND",
      split = ",",
      description = "Only these kinds: i, u, d, c, n. May be repeated.")
  private Set<String> kinds = Set.of();

  @Option(
      names = "--from",
      paramLabel = "OPTIME",
      converter = OptimeConverter.class,
      description = "Only entries from this optime on, for example 1705654321:7.")
  private Optime from = Optime.ZERO;

  @Option(
      names = "--to",
      paramLabel = "OPTIME",
      converter = OptimeConverter.class,
      description = "Only entries up to this optime, inclusive.")
  private Optime to = Optime.MAX;

  @Option(
      names = "--stats",
      description =
          "Print counts by namespace and kind, the first and last optime and open transactions.")
  private boolean stats;

  @Override
  public Integer call() {
    EntryFilter filter = new EntryFilter(namespaces, kinds, from, to);
    EntryStatistics statistics = new EntryStatistics();
    FileFailures.of(file, () -> read(filter, statistics));
    if (stats) {
      Console console = output.console();
      statistics.lines().forEach(console::say);
      console.result(statistics.asMap());
    }
    return ExitCodes.OK;
  }

  private Void read(EntryFilter filter, EntryStatistics statistics) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (DocumentStream entries = Dumps.documents(file)) {
      for (BsonSlice raw = entries.next(); raw != null; raw = entries.next()) {
        OplogEntry entry = OplogEntry.read(raw);
        if (!filter.accepts(entry)) {
          continue;
        }
        if (stats) {
          statistics.add(entry);
        } else {
          out.println(json(raw));
          if (out.checkError()) {
            // Nobody reads any more, as behind "| head".
            return null;
          }
        }
      }
    }
    return null;
  }

  private String json(BsonSlice raw) {
    try {
      return raw.toRawBsonDocument().toJson(CANONICAL);
    } catch (BSONException e) {
      throw new TidemarkException(
          OplogError.OPLOG_BSON_MALFORMED,
          "an entry cannot be shown: " + e.getMessage(),
          file.toString(),
          "Compare the file with its source; if they differ, fetch it again",
          e);
    }
  }
}
