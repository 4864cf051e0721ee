package dev.tidemark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.Tidemark;
import dev.tidemark.cli.console.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What is refused before anything is started. */
class DemoCommandTest {

  private final StringWriter err = new StringWriter();

  private int demo(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "demo";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Tidemark.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(err, true))
        .execute(all);
  }

  @Test
  void shouldRefuseServersWithoutAPlaceForTheirFiles() {
    assertThat(demo("--servers")).isEqualTo(ExitCodes.UNUSABLE);
    assertThat(err.toString()).contains("CLI_BAD_OPTION", "--work-dir");
  }

  @Test
  void shouldRefuseServersBesideAGivenSource() {
    assertThat(demo("--servers", "--work-dir", "nowhere", "--source", "mongodb://127.0.0.1:1/"))
        .isEqualTo(ExitCodes.UNUSABLE);
    assertThat(err.toString()).contains("CLI_BAD_OPTION", "own source and target");
  }
}
