package dev.tidemark.cli.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.cli.Tidemark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Commands as somebody types them, and what the last one printed. */
public final class Typed {

  private String out = "";
  private String err = "";

  /** Runs a command and returns its exit code. */
  public int run(String... words) {
    StringWriter printed = new StringWriter();
    StringWriter said = new StringWriter();
    int code =
        Tidemark.commandLine(new PrintWriter(printed, true), new PrintWriter(said, true))
            .execute(words);
    out = printed.toString();
    err = said.toString();
    return code;
  }

  public String out() {
    return out;
  }

  public String err() {
    return err;
  }

  /** What the command printed with {@code --json}. */
  public JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out);
  }
}
