package dev.tidemark.cli;

import dev.tidemark.cli.archive.DescribeCommand;
import dev.tidemark.cli.archive.ListCommand;
import dev.tidemark.cli.archive.RetentionCommand;
import dev.tidemark.cli.archive.VerifyCommand;
import dev.tidemark.cli.archiver.ArchiverCommand;
import dev.tidemark.cli.config.ConfigCommand;
import dev.tidemark.cli.console.Failures;
import dev.tidemark.cli.demo.DemoCommand;
import dev.tidemark.cli.dump.DigestCommand;
import dev.tidemark.cli.dump.MaterializeCommand;
import dev.tidemark.cli.dump.OplogCommand;
import dev.tidemark.cli.job.CancelCommand;
import dev.tidemark.cli.job.DrillCommand;
import dev.tidemark.cli.job.RestoreCommand;
import dev.tidemark.cli.job.SnapshotCommand;
import dev.tidemark.cli.job.StatusCommand;
import dev.tidemark.cli.logging.Logging;
import dev.tidemark.cli.monitor.MonitorCommand;
import dev.tidemark.cli.restorer.RestorerCommand;
import dev.tidemark.cli.tailer.TailerCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code tidemark} command. Everything it can do is a subcommand. */
@Command(
    name = "tidemark",
    mixinStandardHelpOptions = true,
    version = "tidemark 0.1.0",
    description = "Point-in-time recovery for MongoDB, on Kafka.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      // One line each, in the order of the help text.
      DemoCommand.class,
      TailerCommand.class,
      ArchiverCommand.class,
      MonitorCommand.class,
      RestorerCommand.class,
      ConfigCommand.class,
      SnapshotCommand.class,
      RestoreCommand.class,
      StatusCommand.class,
      CancelCommand.class,
      DrillCommand.class,
      ListCommand.class,
      DescribeCommand.class,
      VerifyCommand.class,
      RetentionCommand.class,
      MaterializeCommand.class,
      DigestCommand.class,
      OplogCommand.class,
      CommandLine.HelpCommand.class,
    })
public final class Tidemark implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /**
   * The command line, ready to execute.
   *
   * @param out standard output
   * @param err standard error
   */
  public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return configured(new CommandLine(new Tidemark()), out, err);
  }

  // picocli hands these settings to the subcommands that are there already.
  static CommandLine configured(CommandLine command, PrintWriter out, PrintWriter err) {
    Failures failures = new Failures();
    return command
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setExecutionStrategy(Tidemark::execute)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static int execute(CommandLine.ParseResult parsed) {
    CommandLine.ParseResult leaf = parsed;
    while (leaf.hasSubcommand()) {
      leaf = leaf.subcommand();
    }
    if (leaf.hasMatchedOption("--verbose")) {
      Logging.service();
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  public static void main(String[] args) {
    PrintStream stdout = System.out;
    // Standard output belongs to the commands: what a library prints must not break their JSON.
    System.setOut(System.err);
    PrintWriter out = new PrintWriter(stdout, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = commandLine(out, err).execute(args);
    out.flush();
    err.flush();
    System.exit(code);
  }
}
