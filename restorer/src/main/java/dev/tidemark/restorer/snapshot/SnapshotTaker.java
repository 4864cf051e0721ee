package dev.tidemark.restorer.snapshot;

import com.mongodb.MongoException;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.UploadStream;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one replica set into the archive, up to but without the manifest.
 *
 * <p>START is noted, then the collections are listed, then read; the oplog is copied meanwhile. END
 * is a majority optime that is not before anything that was read.
 */
final class SnapshotTaker {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotTaker.class);
  private static final long END_POLL_MS = 100;

  private final DeploymentAddress address;
  private final SnapshotObjects objects;
  private final SnapshotSettings settings;
  private final SnapshotMeter meter;
  private final Time time;

  SnapshotTaker(
      DeploymentAddress address,
      SnapshotObjects objects,
      SnapshotSettings settings,
      SnapshotMeter meter,
      Time time) {
    this.address = address;
    this.objects = objects;
    this.settings = settings;
    this.meter = meter;
    this.time = time;
  }

  TakenSnapshot take() throws IOException, InterruptedException {
    ExecutorService readers = Executors.newFixedThreadPool(settings.parallelism() + 1);
    try (Source source = Source.open(address)) {
      return take(source, readers);
    } finally {
      readers.shutdownNow();
    }
  }

  private TakenSnapshot take(Source source, ExecutorService readers)
      throws IOException, InterruptedException {
    SourceMember member = source.member();
    ReplicaSetRef set = new ReplicaSetRef(member.setName(), member.setId());
    SnapshotStart start = SnapshotStart.of(member);
    LOG.info(
        "Snapshot {} of {}: START {}, the oplog from {}",
        objects.snapshotId(),
        address,
        start.start(),
        start.fetchStart());
    // mongorestore looks for exactly this name, compressed or not.
    String oplogKey = objects.key(set.name(), "oplog.bson");
    try (UploadStream oplogObject = objects.upload(oplogKey)) {
      DocumentWriter oplogOut =
          new DocumentWriter(settings.compression().compress(new OpenStream(oplogObject)));
      OplogCapture capture = new OplogCapture(source, start.fetchStart(), oplogOut);
      CompletableFuture<OplogCapture.Copied> captured =
          CompletableFuture.supplyAsync(() -> run(capture), readers);
      try {
        List<StoredCollection> collections = collections(source, start, set, readers);
        capture.end(end(source, start.start(), collections));
        // Where the copy ended is majority committed too, and no earlier: the snapshot then ends
        // with
        // its own oplog.
        OplogCapture.Copied oplog = join(captured);
        oplogOut.close();
        oplogObject.complete();
        return new TakenSnapshot(
            set,
            source.member().address(),
            serverVersion(member.deployment()),
            featureVersion(member.deployment()),
            start.fetchStart(),
            start.start(),
            oplog.last(),
            collections,
            new StoredObject(oplogKey, oplogObject.written(), oplogObject.takeCrc32c()),
            oplog.digest());
      } finally {
        capture.abandon();
        captured.handle((done, failure) -> done).join();
      }
    }
  }

  private List<StoredCollection> collections(
      Source source, SnapshotStart start, ReplicaSetRef set, ExecutorService readers)
      throws InterruptedException {
    List<SourceCollection> listed = new CollectionListing(source.member().deployment()).list();
    CollectionDumper dumper =
        new CollectionDumper(source, start.start(), objects, set.name(), settings, meter, readers);
    List<CollectionDumper.Pending> pending = new ArrayList<>();
    RuntimeException first = null;
    try {
      for (SourceCollection collection : listed) {
        meter.checkNotCancelled();
        pending.add(dumper.dump(collection));
      }
    } catch (CollectionDumper.ReaderFailedException e) {
      LOG.debug("A reader failed; its own failure follows", e);
    } catch (RuntimeException e) {
      meter.abort();
      first = e;
    }
    List<StoredCollection> stored = new ArrayList<>();
    for (CollectionDumper.Pending collection : pending) {
      try {
        stored.add(collection.join());
      } catch (RuntimeException e) {
        first = moreTelling(first, e);
      }
    }
    if (first != null) {
      throw first;
    }
    return stored;
  }

  /** The failure that began it, not those of readers that ended because of it. */
  private static RuntimeException moreTelling(RuntimeException one, RuntimeException other) {
    RuntimeException cause =
        other instanceof CompletionException && other.getCause() instanceof RuntimeException inner
            ? inner
            : other;
    return one == null || isCancel(one) ? cause : one;
  }

  private static boolean isCancel(RuntimeException failure) {
    return failure instanceof TidemarkException tidemark
        && tidemark.code() == RestorerError.REQUEST_CANCELLED;
  }

  /** A majority optime that no write in the documents is after. */
  private Optime end(Source source, Optime start, List<StoredCollection> collections) {
    Optime newest =
        collections.stream()
            .flatMap(collection -> collection.ranges().stream())
            .map(StoredRange::operationTime)
            .max(Optime::compareTo)
            .orElse(start);
    long until = time.milliseconds() + settings.endPatience().toMillis();
    while (true) {
      meter.checkNotCancelled();
      Optime majority = source.member().majorityOptime();
      if (!majority.isBefore(newest)) {
        return majority;
      }
      if (time.milliseconds() >= until) {
        throw new TidemarkException(
            RestorerError.SNAPSHOT_END_NOT_REACHED,
            "What was read last, "
                + newest
                + ", is not majority committed; the majority is at "
                + majority,
            address.toString(),
            "Check that a majority of the members replicates, then ask for the snapshot again");
      }
      time.sleep(END_POLL_MS);
    }
  }

  private static OplogCapture.Copied run(OplogCapture capture) {
    try {
      return capture.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OplogCapture.Copied join(CompletableFuture<OplogCapture.Copied> captured) {
    try {
      return captured.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static String serverVersion(Deployment member) {
    try {
      return member.admin("buildInfo").getString("version", new BsonString("")).getValue();
    } catch (MongoException e) {
      throw ServerFailures.ofSource(e, "tell its version", member.toString());
    }
  }

  private static String featureVersion(Deployment member) {
    try {
      BsonDocument reply =
          member.runAnywhere(
              "admin",
              new BsonDocument("getParameter", new BsonInt32(1))
                  .append("featureCompatibilityVersion", new BsonInt32(1)));
      BsonDocument version = reply.getDocument("featureCompatibilityVersion", new BsonDocument());
      return version.getString("version", new BsonString("")).getValue();
    } catch (MongoException e) {
      LOG.info("{} does not tell its feature version: {}", member, ServerFailures.text(e));
      return "";
    }
  }
}
