package dev.tidemark.cli.restorer;

import dev.tidemark.cli.service.Service;
import dev.tidemark.cli.service.ServiceCommand;
import dev.tidemark.restorer.Restorer;
import dev.tidemark.restorer.config.RestorerConfig;
import java.util.Map;
import picocli.CommandLine.Command;

/** Takes snapshots and carries restores and drills out. */
@Command(
    name = "restorer",
    mixinStandardHelpOptions = true,
    description = "Take snapshots and carry out restores and drills that are asked for on Kafka.")
public final class RestorerCommand extends ServiceCommand<Restorer> {

  public RestorerCommand() {
    super(Service.RESTORER);
  }

  @Override
  protected Restorer open(Map<String, String> settings) {
    return new Restorer(new RestorerConfig(settings));
  }

  @Override
  protected String start(Restorer restorer) {
    restorer.start();
    return "The restorer runs.";
  }

  @Override
  protected void awaitStop(Restorer restorer) throws InterruptedException {
    restorer.join();
  }
}
