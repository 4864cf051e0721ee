package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionFileName;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.DumpedCollection;
import dev.tidemark.archive.dump.MetadataJson;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotOplog;
import dev.tidemark.archive.snapshot.SnapshotRange;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.UploadStream;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import org.apache.kafka.common.utils.Time;

/**
 * Takes an existing dump into the archive as a snapshot: a directory or an archive file that
 * mongodump wrote with {@code --oplog}, or a dump that tells its times in {@code snapshot.json}.
 */
public final class SnapshotImport {

  private static final int UPLOAD_THREADS = 2;
  private static final String BUCKETS = "system.buckets.";

  private final ObjectStore store;
  private final int partBytes;
  private final Time time;

  /**
   * @param partBytes size of the parts of large objects
   */
  public SnapshotImport(ObjectStore store, int partBytes, Time time) {
    this.store = store;
    this.partBytes = partBytes;
    this.time = time;
  }

  /**
   * Stores the dump and completes it as a snapshot.
   *
   * @param cluster the name under which it is archived
   * @param set the replica set that was dumped
   * @param onDocuments told the number of documents as they are stored
   * @return its manifest
   * @throws TidemarkException SNAPSHOT_IMPORT_FAILED if the dump does not tell between which
   *     optimes it was taken
   */
  public SnapshotManifest run(
      Dump dump, String cluster, ReplicaSetRef set, String snapshotId, LongConsumer onDocuments)
      throws IOException {
    Instant startedAt = Instant.ofEpochMilli(time.milliseconds());
    ObjectKeys keys = new ObjectKeys(cluster);
    ExecutorService uploads = Executors.newFixedThreadPool(UPLOAD_THREADS);
    SnapshotObjects objects = new SnapshotObjects(store, keys, snapshotId, partBytes, uploads);
    boolean complete = false;
    try {
      DumpTimes times = DumpTimes.of(dump);
      List<SnapshotCollection> collections = new ArrayList<>();
      for (DumpedCollection collection : dump.collections()) {
        collections.add(store(dump, collection, set, objects, onDocuments));
      }
      Optional<SnapshotOplog> oplog =
          dump.hasOplog() ? Optional.of(oplog(dump, set, objects)) : Optional.empty();
      SnapshotManifest manifest =
          new SnapshotManifest(
              snapshotId,
              cluster,
              SnapshotKind.IMPORTED,
              startedAt,
              Instant.ofEpochMilli(time.milliseconds()),
              List.of(
                  new SnapshotSetManifest(
                      set,
                      "",
                      "",
                      "",
                      times.fetchStart(),
                      times.start(),
                      times.end(),
                      collections,
                      oplog)));
      new SnapshotCatalogue(store, keys).complete(manifest);
      complete = true;
      return manifest;
    } finally {
      uploads.shutdown();
      if (!complete) {
        objects.removeAll();
      }
    }
  }

  /** Where a dump lies in the oplog. */
  private record DumpTimes(Optime fetchStart, Optime start, Optime end) {

    static DumpTimes of(Dump dump) throws IOException {
      Optime first = null;
      Optime last = null;
      if (dump.hasOplog()) {
        try (DocumentReader entries = dump.oplog()) {
          for (BsonSlice entry = entries.next(); entry != null; entry = entries.next()) {
            last = new Optime(entry.find("ts").timestamp());
            first = first == null ? last : first;
          }
        }
      }
      if (dump.times().isPresent()) {
        Optime start = dump.times().get().start();
        Optime fetchStart = first == null || start.isBefore(first) ? start : first;
        return new DumpTimes(fetchStart, start, dump.times().get().end());
      }
      if (first == null) {
        throw new TidemarkException(
            RestorerError.SNAPSHOT_IMPORT_FAILED,
            "The dump does not tell between which optimes it was taken",
            dump.location(),
            "Take it with mongodump --oplog");
      }
      return new DumpTimes(first, first, last);
    }
  }

  private SnapshotCollection store(
      Dump dump,
      DumpedCollection collection,
      ReplicaSetRef set,
      SnapshotObjects objects,
      LongConsumer onDocuments)
      throws IOException {
    byte[] metadata =
        Compression.GZIP.compressed(
            MetadataJson.print(collection.name(), collection.metadata())
                .getBytes(StandardCharsets.UTF_8));
    String metadataKey =
        key(objects, set, collection.database(), collection.name(), ".metadata.json");
    objects.put(metadataKey, metadata);
    Optional<StoredObject> data = Optional.empty();
    List<SnapshotRange> ranges = List.of();
    if (collection.hasDocuments()) {
      String file =
          collection.metadata().isTimeseries() ? BUCKETS + collection.name() : collection.name();
      String key = key(objects, set, collection.database(), file, ".bson");
      try (DocumentReader documents = dump.documents(collection)) {
        Stored stored = write(documents, key, objects);
        onDocuments.accept(stored.digest.count());
        data = Optional.of(new StoredObject(key, stored.bytes, stored.crc32c));
        ranges =
            List.of(
                new SnapshotRange(
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    stored.bytes,
                    stored.crc32c,
                    Optime.ZERO,
                    Optime.ZERO,
                    stored.digest));
      }
    }
    return new SnapshotCollection(
        collection.database(),
        collection.name(),
        collection.metadata(),
        data,
        Optional.of(StoredObject.of(metadataKey, metadata)),
        ranges);
  }

  private static SnapshotOplog oplog(Dump dump, ReplicaSetRef set, SnapshotObjects objects)
      throws IOException {
    String key = objects.key(set.name(), "oplog.bson");
    try (DocumentReader entries = dump.oplog()) {
      Stored stored = write(entries, key, objects);
      return new SnapshotOplog(new StoredObject(key, stored.bytes, stored.crc32c), stored.digest);
    }
  }

  private record Stored(long bytes, long crc32c, DocumentSum.Digest digest) {}

  private static Stored write(DocumentReader documents, String key, SnapshotObjects objects)
      throws IOException {
    DocumentSum sum = new DocumentSum();
    try (UploadStream out = objects.upload(key)) {
      try (DocumentWriter writer =
          new DocumentWriter(Compression.GZIP.compress(new OpenStream(out)))) {
        for (BsonSlice document = documents.next(); document != null; document = documents.next()) {
          writer.write(document);
          sum.add(document);
        }
      }
      out.complete();
      return new Stored(out.written(), out.takeCrc32c(), sum.digest());
    }
  }

  private static String key(
      SnapshotObjects objects, ReplicaSetRef set, String database, String name, String suffix) {
    return objects.key(set.name(), database + "/" + CollectionFileName.of(name) + suffix + ".gz");
  }
}
