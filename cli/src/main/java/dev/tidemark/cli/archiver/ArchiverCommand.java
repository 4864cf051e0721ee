package dev.tidemark.cli.archiver;

import dev.tidemark.archiver.Archiver;
import dev.tidemark.archiver.ArchiverConfig;
import dev.tidemark.cli.service.Service;
import dev.tidemark.cli.service.ServiceCommand;
import java.util.Map;
import picocli.CommandLine.Command;

/** Archives the topic of oplog entries. */
@Command(
    name = "archiver",
    mixinStandardHelpOptions = true,
    description = "Archive captured oplogs in object storage, until it is stopped.")
public final class ArchiverCommand extends ServiceCommand<Archiver> {

  public ArchiverCommand() {
    super(Service.ARCHIVER);
  }

  @Override
  protected Archiver open(Map<String, String> settings) {
    return new Archiver(new ArchiverConfig(settings));
  }

  @Override
  protected String start(Archiver archiver) {
    archiver.start();
    return "The archiver runs.";
  }

  @Override
  protected void awaitStop(Archiver archiver) throws InterruptedException {
    archiver.awaitStop();
  }
}
