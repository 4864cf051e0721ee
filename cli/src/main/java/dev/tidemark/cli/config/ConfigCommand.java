package dev.tidemark.cli.config;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be done with configurations. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Look at the configuration of a service.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CheckCommand.class)
public final class ConfigCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
