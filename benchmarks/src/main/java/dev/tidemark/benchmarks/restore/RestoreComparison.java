package dev.tidemark.benchmarks.restore;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.sun.management.OperatingSystemMXBean;
import dev.tidemark.benchmarks.fold.SyntheticOplog;
import dev.tidemark.benchmarks.server.Server;
import dev.tidemark.benchmarks.server.ServerProcess;
import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.ReplayTarget;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.sink.MongoRestoreSink;
import dev.tidemark.restorer.sink.ReadBack;
import dev.tidemark.restorer.sink.RestoreStage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.utils.Time;

/**
 * Restores a snapshot, and a snapshot with an oplog of random updates, into a server: by the merge
 * restore, and one entry after another as mongorestore does. The server is the simulator, or the
 * one that {@code TIDEMARK_TEST_MONGODB_URI} names; there the database {@code shop} must not exist.
 *
 * <p>Arguments: documents (1,000,000), bytes of a document (205), updates (300,000), threads (2).
 */
public final class RestoreComparison {

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int RANGES = 10;

  // Nobody reads the oplog of these writes.
  private static final long OPLOG_BYTES = 32L << 20;

  private final String uri;
  private final ServerProcess simulator;
  private final Path temporary;
  private final int threads;
  private RestoredCollection written;

  private RestoreComparison(String uri, ServerProcess simulator, Path temporary, int threads) {
    this.uri = uri;
    this.simulator = simulator;
    this.temporary = temporary;
    this.threads = threads;
  }

  public static void main(String[] args) throws Exception {
    long documents = argument(args, 0, 1_000_000) / RANGES * RANGES;
    int bytes = (int) argument(args, 1, 205);
    long updates = argument(args, 2, 300_000);
    int threads = (int) argument(args, 3, 2);
    Path temporary = Files.createTempDirectory("restore-comparison");
    String given = System.getenv("TIDEMARK_TEST_MONGODB_URI");
    try (ServerProcess simulator =
        given == null
            ? ServerProcess.start(
                Server.SIMULATOR, List.of("-Xmx3g"), temporary, Long.toString(OPLOG_BYTES))
            : null) {
      String uri = given == null ? simulator.address() : given;
      RestoreComparison comparison = new RestoreComparison(uri, simulator, temporary, threads);
      comparison.refuseData();
      comparison.run(
          new SyntheticOplog(documents, bytes, 0, SyntheticOplog.Form.DELTA),
          new SyntheticOplog(documents, bytes, updates, SyntheticOplog.Form.DELTA),
          new SyntheticOplog(
              documents / 10 / RANGES * RANGES, bytes, updates / 10, SyntheticOplog.Form.DELTA),
          documents,
          updates);
    }
  }

  private static long argument(String[] args, int index, long otherwise) {
    return args.length > index ? Long.parseLong(args[index]) : otherwise;
  }

  private void refuseData() {
    try (MongoClient client = MongoClients.create(uri)) {
      for (String name : client.listDatabaseNames()) {
        if (name.equals("shop")) {
          throw new IllegalStateException("the server has a database shop: it would be dropped");
        }
      }
    }
  }

  private void run(
      SyntheticOplog snapshot,
      SyntheticOplog both,
      SyntheticOplog tenth,
      long documents,
      long updates)
      throws IOException {
    // First runs warm both machines up for every path and are not told.
    merge(snapshot);
    merge(both);
    replay(tenth);
    double mergeSnapshot = measure("snapshot, merge restore", documents, 0, () -> merge(snapshot));
    measure("its verification", documents, 0, this::verify);
    double peerSnapshot =
        measure("snapshot, batches of 1,000", documents, 0, () -> insert(snapshot));
    double mergeBoth =
        measure("with updates, merge restore", documents, updates, () -> merge(both));
    double peerBoth = measure("with updates, one by one", documents, updates, () -> replay(both));
    System.out.printf(
        Locale.ROOT,
        "merge restore: %.1f times as fast on the snapshot, %.1f times with the updates%n",
        peerSnapshot / mergeSnapshot,
        peerBoth / mergeBoth);
    drop();
  }

  private interface Work {
    void run() throws IOException;
  }

  private double measure(String name, long documents, long entries, Work work) throws IOException {
    double server = simulator == null ? Double.NaN : simulator.cpuSeconds();
    long cpu = PROCESS.getProcessCpuTime();
    long began = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - began) / 1e9;
    double client = (PROCESS.getProcessCpuTime() - cpu) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%-28s %6.1f s  %,9.0f documents/s%s  client %5.1f s of processor (%.1f us/document)"
            + "  server %.1f s%n",
        name,
        seconds,
        documents / seconds,
        entries == 0 ? "" : String.format(Locale.ROOT, "  %,9.0f entries/s", entries / seconds),
        client,
        client * 1e6 / documents,
        simulator == null ? Double.NaN : simulator.cpuSeconds() - server);
    return seconds;
  }

  private Deployment open(String application) {
    return Deployment.open(new DeploymentAddress("target", new ConnectionString(uri)), application);
  }

  private void merge(SyntheticOplog oplog) throws IOException {
    drop();
    try (Deployment target = open("comparison");
        TargetLease lease =
            new MongoLeases(
                    target, new LeaseTerms(Duration.ofSeconds(30), Duration.ZERO), Time.SYSTEM)
                .take("benchmark", "comparison", () -> false);
        MongoRestoreSink sink =
            MongoRestoreSink.open(
                target,
                lease,
                "comparison",
                false,
                RestoreStage.UNTOUCHED,
                threads * 2,
                stage -> {})) {
      MergeReport report =
          new MergeRestore(
                  oplog.base(RANGES),
                  oplog,
                  ReplayTarget.ofReplicaSet(oplog.last()),
                  NamespaceSelection.ALL,
                  new MergeOptions(threads, MergeOptions.defaults(temporary).memory(), temporary),
                  new MergeListener() {})
              .run(sink);
      if (!report.complete()) {
        throw new IllegalStateException("not everything was explained: " + report);
      }
      written = report.collections().get(0).collection();
      MongoRestoreSink.forgetProgress(target, lease, "comparison");
      lease.release(true);
    }
  }

  private void verify() {
    try (Deployment target = open("comparison")) {
      new ReadBack(target).read(written, documents -> {});
    }
  }

  private void insert(SyntheticOplog oplog) throws IOException {
    drop();
    try (MongoClient client = MongoClients.create(uri)) {
      new OneByOne(client).insert(oplog.base(RANGES));
    }
  }

  private void replay(SyntheticOplog oplog) throws IOException {
    insert(oplog);
    try (MongoClient client = MongoClients.create(uri)) {
      new OneByOne(client).replay(oplog);
    }
  }

  private void drop() {
    try (MongoClient client = MongoClients.create(uri)) {
      client.getDatabase("shop").drop();
    }
  }
}
