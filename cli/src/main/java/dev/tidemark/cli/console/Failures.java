package dev.tidemark.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.archive.plan.TargetUnreachableException;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Turns whatever ends a command early into one line on standard error and an exit code. A stack
 * trace is printed only with {@code --verbose}.
 */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("error: " + firstLine(e.getMessage()));
    command
        .getErr()
        .println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for the options.");
    return ExitCodes.UNUSABLE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult root) {
    ParseResult parsed = command.getParseResult();
    command.getErr().println("error: " + line(e));
    if (parsed.hasMatchedOption("--verbose")) {
      e.printStackTrace(command.getErr());
    }
    if (parsed.hasMatchedOption("--json")) {
      command.getOut().println(json(e));
      command.getOut().flush();
    }
    command.getErr().flush();
    return ExitCodes.UNUSABLE;
  }

  private static String line(Exception e) {
    if (e instanceof TidemarkException) {
      return firstLine(e.getMessage());
    }
    return "unexpected: " + firstLine(e.toString()) + " (run again with --verbose for the details)";
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static String json(Exception e) {
    Map<String, Object> failure = new LinkedHashMap<>();
    if (e instanceof TidemarkException known) {
      failure.put("code", known.code().name());
      failure.put("reason", known.reason());
      failure.put("where", known.where());
      failure.put("remedy", known.remedy());
      if (e instanceof TargetUnreachableException unreachable) {
        failure.put(
            "restorable",
            unreachable.restorable().stream()
                .map(range -> Map.of("from", range.from().toString(), "to", range.to().toString()))
                .toList());
      }
    } else {
      failure.put("code", "UNEXPECTED");
      failure.put("reason", e.toString());
    }
    try {
      return new ObjectMapper().writeValueAsString(Map.of("error", failure));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("strings can be written as JSON", impossible);
    }
  }
}
