package dev.tidemark.cli.config;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.service.Service;
import dev.tidemark.cli.service.ServiceSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what is wrong with a service's configuration, and what is in force. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Validate a service's configuration and print what is in force, with secrets masked.")
public final class CheckCommand implements Callable<Integer> {

  @Mixin private OutputOptions output;

  @Option(
      names = "--service",
      required = true,
      paramLabel = "SERVICE",
      description = "Whose configuration it is: ${COMPLETION-CANDIDATES}.")
  private Service service;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The service's properties.")
  private Path config;

  @Override
  public Integer call() {
    Console console = output.console();
    ConfigCheck check =
        new ConfigCheck(service, ServiceSettings.read(service, config, System.getenv()));
    check
        .effective()
        .forEach((key, value) -> console.say("%s=%s  (%s)", key, value, check.origin(key)));
    for (Finding finding : check.findings()) {
      console.warn(
          finding.key()
              + ": "
              + finding.problem()
              + (finding.remedy().isEmpty() ? "" : ". " + finding.remedy()));
    }
    if (check.findings().isEmpty()) {
      console.say("The configuration of the %s is good.", service.command());
    }
    console.result(report(check));
    return check.findings().isEmpty() ? ExitCodes.OK : ExitCodes.NEGATIVE;
  }

  private Map<String, Object> report(ConfigCheck check) {
    List<Map<String, String>> problems = new ArrayList<>();
    for (Finding finding : check.findings()) {
      Map<String, String> problem = new LinkedHashMap<>();
      problem.put("key", finding.key());
      problem.put("problem", finding.problem());
      problem.put("remedy", finding.remedy());
      problems.add(problem);
    }
    Map<String, Object> inForce = new LinkedHashMap<>();
    check
        .effective()
        .forEach(
            (key, value) -> inForce.put(key, Map.of("value", value, "origin", check.origin(key))));
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("service", service.command());
    report.put("good", problems.isEmpty());
    report.put("problems", problems);
    report.put("settings", inForce);
    return report;
  }
}
