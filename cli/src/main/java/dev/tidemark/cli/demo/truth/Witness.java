package dev.tidemark.cli.demo.truth;

import com.mongodb.client.MongoClient;
import dev.tidemark.archive.digest.DumpDigester;
import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** Sees what servers and dumps hold and states it as digests. */
public final class Witness {

  private static final long SORT_MEMORY = 64L << 20;

  private final Path directory;

  /**
   * @param directory for dumps and temporary files
   */
  public Witness(Path directory) {
    this.directory = directory;
  }

  /**
   * States what a server holds.
   *
   * @param name of the dump that is written on the way
   * @param moment the optime the databases are at; nobody writes to them
   */
  public LogicalState server(
      String name, MongoClient server, Collection<String> databases, Optime moment) {
    Path dump = directory.resolve(name);
    try {
      Files.createDirectories(directory);
      new ServerDump(server).write(databases, moment, dump);
    } catch (IOException e) {
      throw unreadable(dump, e);
    }
    LogicalState state = dump(dump);
    return new LogicalState(Optional.of(moment), state.namespaces());
  }

  /** States what a dump directory holds. */
  public LogicalState dump(Path path) {
    try (Dump dump = Dumps.open(path)) {
      return new DumpDigester(directory, SORT_MEMORY).digest(dump);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(path, e);
    }
  }

  private static TidemarkException unreadable(Path path, Exception e) {
    return new TidemarkException(
        CliError.CLI_FILE,
        "the dump cannot be written or read: " + e.getMessage(),
        path.toString(),
        "Check the space and the rights on the disk",
        e);
  }
}
