package dev.tidemark.restorer.drill;

import com.mongodb.MongoException;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;

/**
 * Writes data of its own into the cluster, has it backed up, drops it, and restores it into the
 * target as it was with its last write. Used by one thread.
 */
final class SyntheticDrill implements Drill {

  private static final String APPLICATION = "tidemark-drill";

  private final DrillRequest request;
  private final DrillNames names;
  private final RestorerConfig config;
  private final SchemaRegistry registry;
  private final BooleanSupplier cancelled;
  private final Time time;
  private final Scratch scratch;
  private final Deployment source;
  private final DrillData data;
  private final DrillJobs jobs;

  SyntheticDrill(
      DrillRequest request,
      RestorerConfig config,
      SchemaRegistry registry,
      BooleanSupplier cancelled,
      Time time) {
    this.request = request;
    this.names = new DrillNames(request.getRequestId(), time.milliseconds());
    this.config = config;
    this.registry = registry;
    this.cancelled = cancelled;
    this.time = time;
    this.scratch = new Scratch(config.aliases().target(request.getTarget()));
    this.source = Deployment.open(config.drills().source(request.getCluster()), APPLICATION);
    this.data = new DrillData(source, names.database(), time.milliseconds());
    this.jobs = new DrillJobs(config, registry, cancelled, time);
  }

  @Override
  public Restored run(DrillSteps steps) throws Exception {
    steps.run(DrillStep.CREATE, data::create);
    steps.take(
        DrillStep.SNAPSHOT,
        () ->
            jobs.snapshot(
                SnapshotRequest.newBuilder()
                    .setRequestId(names.snapshotRequest())
                    .setCluster(request.getCluster())
                    .build()));
    steps.run(DrillStep.CHANGE, data::change);
    OplogEventView last;
    long rpoMillis;
    try (Arrival arrival = new Arrival(config, registry, cancelled, time)) {
      data.finish();
      long acknowledged = time.milliseconds();
      last = steps.take(DrillStep.CAPTURE, () -> arrival.captured(data.lastNamespace()));
      rpoMillis = time.milliseconds() - acknowledged;
      steps.take(DrillStep.ARCHIVE, () -> arrival.archived(last));
    }
    Map<String, DocumentSum.Digest> lost = data.digests();
    steps.run(DrillStep.DROP, data::drop);
    Optime wanted = new Optime(last.ts());
    RestoreStatus restore = steps.take(DrillStep.RESTORE, () -> restore(wanted));
    steps.run(DrillStep.VERIFY, () -> verify(restore, wanted, lost));
    return new Restored(restore, rpoMillis);
  }

  private RestoreStatus restore(Optime to) {
    return jobs.restore(
        RestoreRequest.newBuilder()
            .setRequestId(names.restoreRequest())
            .setCluster(request.getCluster())
            .setTarget(request.getTarget())
            .setTo(to.toString())
            .setInclude(List.of(names.database()))
            .build());
  }

  /** The restore compared what it wrote with what it read back; here with what there was. */
  private void verify(RestoreStatus restore, Optime wanted, Map<String, DocumentSum.Digest> lost) {
    Map<String, DocumentSum.Digest> found = new TreeMap<>();
    for (RestoredNamespace namespace : restore.getNamespaces()) {
      // Of a cluster, each replica set has its part.
      found.merge(
          namespace.getNs(),
          DocumentSum.Digest.of(
              namespace.getDocuments(), namespace.getBytes(), namespace.getDigest()),
          DocumentSum.Digest::plus);
    }
    boolean reached = restore.getReached().stream().allMatch(set -> set.getTs() == wanted.value());
    if (!reached || !restore.getVerified() || !found.equals(lost)) {
      throw new TidemarkException(
          RestorerError.DRILL_STATE_DIFFERS,
          !reached
              ? "The restore reached " + restore.getReached() + " instead of " + wanted
              : !restore.getVerified()
                  ? "The restore did not verify what it wrote"
                  : "What was restored differs in " + differences(lost, found),
          request.getTarget() + ", restore " + names.restoreRequest(),
          "Do not count on restores of this cluster before the cause is known: keep the archive as"
              + " it is, and compare with tidemark materialize and tidemark verify --deep");
    }
  }

  private static TreeSet<String> differences(
      Map<String, DocumentSum.Digest> lost, Map<String, DocumentSum.Digest> found) {
    TreeSet<String> different = new TreeSet<>(lost.keySet());
    different.addAll(found.keySet());
    different.removeIf(ns -> lost.containsKey(ns) && lost.get(ns).equals(found.get(ns)));
    return different;
  }

  @Override
  public void cleanUp() {
    try {
      Scratch.dropAll(source, names.databasePrefix());
    } catch (MongoException e) {
      throw ServerFailures.ofSource(e, "drop the drill's databases", source.toString());
    }
    scratch.dropDatabases(names.databasePrefix());
    scratch.removeFiles(names.restoreRequest());
  }

  @Override
  public void close() {
    jobs.close();
    source.close();
  }
}
