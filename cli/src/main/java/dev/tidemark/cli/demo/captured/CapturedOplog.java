package dev.tidemark.cli.demo.captured;

import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory with what a real server once wrote: {@code oplog.bson}, a dump that was taken
 * meanwhile, and the states that follow at some moments.
 *
 * @param dump the base
 * @param oplog entries from the dump's start on
 * @param moments the states, oldest first
 */
public record CapturedOplog(Path dump, Path oplog, List<LogicalState> moments) {

  /**
   * Opens a directory.
   *
   * @throws TidemarkException if a part is missing
   */
  public static CapturedOplog open(Path directory) {
    Path dump = existing(directory.resolve("dump"), Files.isDirectory(directory.resolve("dump")));
    Path oplog = directory.resolve("oplog.bson");
    existing(oplog, Files.isRegularFile(oplog));
    Path expected = directory.resolve("expected");
    existing(expected, Files.isDirectory(expected));
    try (Stream<Path> files = Files.list(expected)) {
      List<LogicalState> moments =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .map(ExpectedState::read)
              .sorted(Comparator.comparing(state -> state.moment().orElseThrow()))
              .toList();
      existing(expected.resolve("*.json"), !moments.isEmpty());
      return new CapturedOplog(dump, oplog, moments);
    } catch (IOException e) {
      throw new TidemarkException(
          CliError.CLI_FILE, "cannot be read: " + e.getMessage(), expected.toString(), "", e);
    }
  }

  private static Path existing(Path path, boolean exists) {
    if (!exists) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "a part of the captured oplog is missing",
          path.toString(),
          "Name a directory with dump/, oplog.bson and expected/");
    }
    return path;
  }
}
