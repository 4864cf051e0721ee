package dev.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class TidemarkTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine tidemark =
      Tidemark.configured(
          new CommandLine(new Tidemark()).addSubcommand(new Probe()),
          new PrintWriter(out, true),
          new PrintWriter(err, true));

  @Test
  void shouldPrintOneLineAndExitWith2WhenAnOptionIsUnknown() {
    assertThat(tidemark.execute("probe", "--nonsense")).isEqualTo(2);
    assertThat(err.toString()).startsWith("error: Unknown option: '--nonsense'").hasLineCount(2);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldExitWith2WhenTheCommandIsMissing() {
    assertThat(tidemark.execute()).isEqualTo(2);
    assertThat(err.toString()).startsWith("error: a command is missing");
  }

  @Test
  void shouldRenderCodeReasonPlaceAndRemedyWithoutStackTraceWhenACommandFails() {
    assertThat(tidemark.execute("probe", "--fail")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("error: CLI_FILE: not writable (/data). Choose another one.");
  }

  @Test
  void shouldPrintTheFailureAsOneObjectWhenJsonIsAskedFor() throws Exception {
    assertThat(tidemark.execute("probe", "--fail", "--json")).isEqualTo(2);
    assertThat(
            new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(out.toString())
                .at("/error/code")
                .asText())
        .isEqualTo("CLI_FILE");
  }

  @Test
  void shouldPrintTheStackTraceWhenVerbose() {
    tidemark.execute("probe", "--fail", "--verbose");
    assertThat(err.toString()).contains("at dev.tidemark.cli.TidemarkTest$Probe.call");
  }

  @Test
  void shouldPrintLinesOnStandardOutputWhenJsonIsNotAskedFor() {
    assertThat(tidemark.execute("probe")).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("working");
  }

  @Test
  void shouldPrintOnlyTheObjectOnStandardOutputWhenJsonIsAskedFor() {
    assertThat(tidemark.execute("probe", "--json")).isZero();
    assertThat(out.toString()).isEqualToIgnoringWhitespace("{\"answer\": 42}");
    assertThat(err.toString()).contains("working");
  }

  @Command(name = "probe")
  static final class Probe implements Callable<Integer> {
    @Mixin private OutputOptions output;

    @Option(names = "--fail")
    private boolean fail;

    @Override
    public Integer call() {
      if (fail) {
        throw new TidemarkException(
            CliError.CLI_FILE, "not writable", "/data", "Choose another one");
      }
      Console console = output.console();
      console.say("working");
      console.result(Map.of("answer", 42));
      return 0;
    }
  }
}
