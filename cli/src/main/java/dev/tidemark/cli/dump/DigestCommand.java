package dev.tidemark.cli.dump;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.archive.digest.DumpDigester;
import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidemark digest}: the logical state of a dump. */
@Command(
    name = "digest",
    mixinStandardHelpOptions = true,
    description = {
      "Print the logical state of a dump as one JSON object: for every namespace its type, options,"
          + " indexes, count, bytes and a SHA-256 of its documents, whatever their order.",
      "Two dumps of the same state have the same digest."
    })
public final class DigestCommand implements Callable<Integer> {

  /** Collections beyond this part of the heap are sorted on disk. */
  private static final int SORT_PART_OF_HEAP = 4;

  @Spec private CommandSpec spec;

  @Mixin private OutputOptions output;

  @Option(
      names = "--dump",
      required = true,
      paramLabel = "PATH",
      description = "A dump directory or an archive file of mongodump, plain or compressed.")
  private Path dump;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    long sortMemory = Runtime.getRuntime().maxMemory() / SORT_PART_OF_HEAP;
    LogicalState state =
        FileFailures.of(
            dump,
            () -> {
              try (TemporaryDirectory temporary = TemporaryDirectory.create();
                  Dump opened = Dumps.open(dump)) {
                return new DumpDigester(temporary.path(), sortMemory).digest(opened);
              }
            });
    ObjectMapper json = new ObjectMapper();
    out.println(
        output.isJson()
            ? json.writeValueAsString(state.toJson())
            : json.writerWithDefaultPrettyPrinter().writeValueAsString(state.toJson()));
    return ExitCodes.OK;
  }
}
