package dev.tidemark.cli.job;

import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.ExitCodes;
import dev.tidemark.cli.console.OutputOptions;
import dev.tidemark.cli.console.Progress;
import dev.tidemark.cli.dump.OptimeConverter;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.service.PropertiesFile;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.snapshot.SnapshotImport;
import dev.tidemark.restorer.snapshot.SnapshotRegistration;
import dev.tidemark.schemas.request.SnapshotCompression;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.request.SnapshotRequestKind;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.Time;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks for a snapshot and follows it, or takes an existing dump in as one. */
@Command(
    name = "snapshot",
    mixinStandardHelpOptions = true,
    description = "Ask for a snapshot and follow it, or take an existing dump in as one.")
public final class SnapshotCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private KafkaOptions kafka;
  @Mixin private OutputOptions output;

  @Option(
      names = "--cluster",
      required = true,
      paramLabel = "ALIAS",
      description = "The cluster, by the name under which it is archived.")
  private String cluster;

  @Option(
      names = "--zstd",
      description = "Compress with zstd: faster, but mongorestore cannot read it.")
  private boolean zstd;

  @Option(
      names = "--synthetic",
      description = "Roll the newest snapshot forward with archived entries; spares the source.")
  private boolean synthetic;

  @Option(
      names = "--max-mbps",
      paramLabel = "N",
      description = "Read at most so many megabytes a second from the source.")
  private Double maxMBps;

  @Option(names = "--id", paramLabel = "ID", description = "The request's id.")
  private String id;

  @Option(names = "--no-wait", description = "Return once the request is posted.")
  private boolean noWait;

  @ArgGroup(
      exclusive = false,
      heading = "Taking a dump in, or making a base known that lies elsewhere:%n")
  private Outside outside;

  /** A base that was made by other means. Goes straight into the archive. */
  static final class Outside {
    @Option(
        names = "--import",
        paramLabel = "PATH",
        description =
            "A dump directory or archive file that mongodump --oplog wrote, to be stored in the"
                + " archive.")
    private Path dump;

    @Option(
        names = "--register",
        paramLabel = "LOCATION",
        description =
            "Where a base lies that stays outside, such as a snapshot of a member's disk, in your own"
                + " words.")
    private String location;

    @Option(
        names = "--at",
        paramLabel = "OPTIME",
        converter = OptimeConverter.class,
        description =
            "With --register: the ts of the newest entry in the base's local.oplog.rs, which the"
                + " archive must hold.")
    private Optime moment;

    @Option(
        names = "--archive",
        required = true,
        paramLabel = "URL",
        description = "The archive: s3://bucket/prefix or file:/path.")
    private String archive;

    @Option(
        names = "--archive-config",
        paramLabel = "FILE",
        description = "Properties archive.*, for an archive that needs credentials.")
    private Path archiveConfig;

    @Option(
        names = "--set",
        paramLabel = "NAME",
        description =
            "The name of the replica set; needed with --import, and with --register if the archive"
                + " holds several.")
    private String setName;

    @Option(
        names = "--set-id",
        paramLabel = "HEX",
        description = "With --import: its id, rs.conf().settings.replicaSetId, 24 hex digits.")
    private String setId;
  }

  @Override
  public Integer call() throws IOException {
    if (outside == null) {
      return request();
    }
    if ((outside.dump == null) == (outside.location == null)) {
      throw usage("one of --import and --register is needed beside --archive");
    }
    return outside.dump == null ? register() : importDump();
  }

  private int request() {
    Console console = output.console();
    Instant now = Instant.now();
    try (RequestDesk desk = new RequestDesk(kafka)) {
      SnapshotRequest request =
          SnapshotRequest.newBuilder()
              .setRequestId(id == null ? RequestIds.make("snapshot", now, new SecureRandom()) : id)
              .setCluster(cluster)
              .setKind(synthetic ? SnapshotRequestKind.SYNTHETIC : SnapshotRequestKind.FULL)
              .setCompression(zstd ? SnapshotCompression.ZSTD : SnapshotCompression.GZIP)
              .setMaxMBps(maxMBps)
              .setRequestedAt(now)
              .build();
      desk.post(request);
      console.say("Request %s is posted.", request.getRequestId());
      if (noWait) {
        console.result(Map.of("requestId", request.getRequestId()));
        return ExitCodes.OK;
      }
      SnapshotStatus last = follow(desk, request.getRequestId(), console);
      StatusLines.tell(console, last);
      console.result(StatusLines.data(last));
      return last.getState() == JobState.SUCCEEDED ? ExitCodes.OK : ExitCodes.NEGATIVE;
    }
  }

  private static SnapshotStatus follow(RequestDesk desk, String requestId, Console console) {
    try (StatusReader<SnapshotStatus> statuses = desk.snapshots();
        Progress progress = console.progress("documents", -1)) {
      while (true) {
        SnapshotStatus status = statuses.poll().get(requestId);
        if (status != null) {
          progress.update(status.getDocumentsDone());
          if (StatusLines.isOver(status.getState())) {
            return status;
          }
        }
      }
    }
  }

  private int register() {
    if (outside.moment == null) {
      throw usage("--register needs --at");
    }
    Console console = output.console();
    try (ObjectStore store = ObjectStores.open(archive())) {
      SnapshotManifest manifest =
          new SnapshotRegistration(
                  new ArchiveIndex(store, ArchiveIndex.cluster(store, Optional.of(cluster))),
                  Time.SYSTEM)
              .register(
                  snapshotId("registered"),
                  outside.location,
                  Optional.ofNullable(outside.setName),
                  outside.moment);
      SnapshotSetManifest set = manifest.sets().get(0);
      console.say(
          "Snapshot %s: %s at %s, the oplog from %s",
          manifest.snapshotId(), set.set(), set.end(), set.fetchStart());
      console.result(
          Map.of(
              "snapshotId",
              manifest.snapshotId(),
              "location",
              outside.location,
              "fetchStart",
              set.fetchStart().toString(),
              "end",
              set.end().toString()));
    }
    return ExitCodes.OK;
  }

  private ArchiveConfig archive() {
    Map<String, String> settings = new HashMap<>();
    if (outside.archiveConfig != null) {
      settings.putAll(PropertiesFile.readWithProviders(outside.archiveConfig));
    }
    settings.put(ArchiveConfig.URL_CONFIG, outside.archive);
    return new ArchiveConfig(settings);
  }

  private String snapshotId(String prefix) {
    return id == null ? RequestIds.make(prefix, Instant.now(), new SecureRandom()) : id;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int importDump() throws IOException {
    Console console = output.console();
    if (outside.setName == null || outside.setId == null) {
      throw usage("--import needs --set and --set-id");
    }
    ArchiveConfig archive = archive();
    String snapshotId = snapshotId("imported");
    try (ObjectStore store = ObjectStores.open(archive);
        Dump opened = Dumps.open(outside.dump);
        Progress progress = console.progress("documents", -1)) {
      long[] documents = {0};
      SnapshotManifest manifest =
          new SnapshotImport(store, archive.partBytes(), Time.SYSTEM)
              .run(
                  opened,
                  cluster,
                  set(),
                  snapshotId,
                  count -> progress.update(documents[0] += count));
      console.say(
          "Snapshot %s: START %s, END %s, %,d documents",
          snapshotId,
          manifest.sets().get(0).start(),
          manifest.sets().get(0).end(),
          manifest.sets().get(0).digest().count());
      console.result(
          Map.of(
              "snapshotId",
              snapshotId,
              "start",
              manifest.sets().get(0).start().toString(),
              "end",
              manifest.sets().get(0).end().toString(),
              "documents",
              manifest.sets().get(0).digest().count()));
    }
    return ExitCodes.OK;
  }

  private ReplicaSetRef set() {
    try {
      return new ReplicaSetRef(outside.setName, outside.setId);
    } catch (IllegalArgumentException e) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          e.getMessage(),
          "--set, --set-id",
          "Take both from rs.conf() of the replica set",
          e);
    }
  }
}
