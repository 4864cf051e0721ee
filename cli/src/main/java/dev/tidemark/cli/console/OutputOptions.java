package dev.tidemark.cli.console;

import java.time.Clock;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command has. Mixed in with picocli's {@code @Mixin}. */
public final class OutputOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--json",
      description =
          "Print exactly one JSON object on standard output; everything else goes to standard error.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log what happens inside; stack traces too.")
  private boolean verbose;

  public boolean isJson() {
    return json;
  }

  public boolean isVerbose() {
    return verbose;
  }

  /** The console of this invocation. Call once. */
  public Console console() {
    // The launcher knows; the JVM can only tell whether all three streams are terminals.
    boolean terminal = Boolean.getBoolean("tidemark.terminal");
    return new Console(
        command.commandLine().getOut(),
        command.commandLine().getErr(),
        json,
        terminal,
        Clock.systemUTC());
  }
}
