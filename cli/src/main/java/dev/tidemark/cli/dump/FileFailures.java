package dev.tidemark.cli.dump;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.Path;

/** Gives failures of the file system a code and a place. */
final class FileFailures {

  /** Work on files. */
  @FunctionalInterface
  interface FileWork<T> {
    T run() throws IOException;
  }

  private FileFailures() {}

  /**
   * Runs work on files.
   *
   * @throws TidemarkException {@code CLI_FILE} if the file system fails
   */
  static <T> T of(Path place, FileWork<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "a file cannot be read or written: " + e,
          place.toString(),
          "Check paths, permissions and free space",
          e);
    }
  }
}
