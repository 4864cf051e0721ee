package dev.tidemark.cli.demo.truth;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The file that keeps what the source held, in the digest format. */
public final class TruthFile {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private TruthFile() {}

  /**
   * Writes a state as that of an optime.
   *
   * @return the same state at that optime
   */
  public static LogicalState write(Path file, LogicalState state, Optime moment) {
    LogicalState dated = new LogicalState(Optional.of(moment), state.namespaces());
    try {
      JSON.writeValue(file.toFile(), dated.toJson());
      return dated;
    } catch (IOException e) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "the source's state cannot be written down: " + e.getMessage(),
          file.toString(),
          "Check the space and the rights on the disk",
          e);
    }
  }
}
