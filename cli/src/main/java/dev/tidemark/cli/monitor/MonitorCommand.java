package dev.tidemark.cli.monitor;

import dev.tidemark.cli.service.Service;
import dev.tidemark.cli.service.ServiceCommand;
import dev.tidemark.monitor.Monitor;
import dev.tidemark.monitor.MonitorConfig;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine.Command;

/** Watches backups, captures and failovers. */
@Command(
    name = "monitor",
    mixinStandardHelpOptions = true,
    description = "Watch backups, captures and failovers and raise alerts, until it is stopped.")
public final class MonitorCommand extends ServiceCommand<Monitor> {

  public MonitorCommand() {
    super(Service.MONITOR);
  }

  @Override
  protected Monitor open(Map<String, String> settings) {
    return new Monitor(new MonitorConfig(settings), InstantSource.system());
  }

  @Override
  protected String start(Monitor monitor) {
    monitor.start();
    return "The monitor runs; metrics on port " + monitor.port() + ".";
  }

  @Override
  protected void awaitStop(Monitor monitor) throws InterruptedException {
    monitor.awaitStop();
  }
}
