package dev.tidemark.cli.demo.stack;

import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archiver.Archiver;
import dev.tidemark.archiver.ArchiverConfig;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.Restorer;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.snapshot.SnapshotImport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.utils.Time;

/** Tidemark's own services, each with the settings it would have in a properties file. */
public final class Services {

  private static final String APPLICATION_ID = "tidemark-archiver";
  private static final String IMPORTED = "imported";
  private static final int PART_BYTES = 8 << 20;

  private Services() {}

  /** The group whose offsets show what the archive holds. */
  public static String durableGroup() {
    return APPLICATION_ID + "-durable";
  }

  /** Starts the archiver. */
  public static Archiver archiver(DemoStack stack, Path work, Duration segmentWindow) {
    Map<String, String> settings = stack.service();
    settings.put("application.id", APPLICATION_ID);
    settings.put("cluster", DemoStack.CLUSTER);
    settings.put("state.dir", work.resolve("archiver").toString());
    settings.put("segment.window.ms", Long.toString(segmentWindow.toMillis()));
    Archiver archiver = new Archiver(new ArchiverConfig(settings));
    try {
      archiver.start();
    } catch (RuntimeException e) {
      archiver.close();
      throw e;
    }
    return archiver;
  }

  /**
   * Starts the worker that takes snapshots and carries out restores.
   *
   * @param aliases settings that name clusters and targets
   */
  public static Restorer restorer(DemoStack stack, Path work, Map<String, String> aliases) {
    Map<String, String> settings = stack.service();
    settings.put("work.directory", work.resolve("restorer").toString());
    settings.putAll(aliases);
    Restorer restorer = new Restorer(new RestorerConfig(settings));
    try {
      restorer.start();
    } catch (RuntimeException e) {
      restorer.close();
      throw e;
    }
    return restorer;
  }

  /** Takes a dump into the archive as a snapshot. */
  public static void importDump(DemoStack stack, Path path, String setId, String setName) {
    ArchiveConfig archive = new ArchiveConfig(stack.service());
    try (ObjectStore store = ObjectStores.open(archive);
        Dump dump = Dumps.open(path)) {
      new SnapshotImport(store, PART_BYTES, Time.SYSTEM)
          .run(
              dump,
              DemoStack.CLUSTER,
              new ReplicaSetRef(setName, setId),
              IMPORTED,
              documents -> {});
    } catch (IOException e) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "the dump cannot be imported: " + e.getMessage(),
          path.toString(),
          "Check that it is what mongodump writes",
          e);
    }
  }
}
