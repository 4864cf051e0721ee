package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.dump.CollectionFileName;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.MetadataJson;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.UploadStream;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Reads the collections of a source and stores them as a dump's files.
 *
 * <p>Ranges are started in order, and only so many at a time that what waits for an earlier range
 * stays small.
 */
final class CollectionDumper {

  private static final int MAX_RESTARTS = 5;
  private static final long ADMISSION_MS = 200;

  private final Source source;
  private final Optime start;
  private final SnapshotObjects objects;
  private final String setFolder;
  private final SnapshotSettings settings;
  private final SnapshotMeter meter;
  private final Executor readers;
  private final Semaphore ahead;
  private volatile boolean failed;

  CollectionDumper(
      Source source,
      Optime start,
      SnapshotObjects objects,
      String setFolder,
      SnapshotSettings settings,
      SnapshotMeter meter,
      Executor readers) {
    this.source = source;
    this.start = start;
    this.objects = objects;
    this.setFolder = setFolder;
    this.settings = settings;
    this.meter = meter;
    this.readers = readers;
    this.ahead = new Semaphore(settings.parallelism() * 2);
  }

  /** A collection that is being stored; done once every range of it is. */
  interface Pending {
    StoredCollection join();
  }

  /** Starts to store a collection; returns when its last range is on its way to a reader. */
  Pending dump(SourceCollection collection) throws InterruptedException {
    Optional<StoredObject> metadata = metadata(collection);
    if (!collection.hasDocuments()) {
      return () -> stored(collection, "", metadata, List.of());
    }
    List<KeyRange> ranges =
        new KeySplitter(source.member().deployment(), settings.rangeBytes()).split(collection);
    String dataKey = key(collection, ".bson");
    return ranges.size() == 1
        ? streamed(collection, dataKey, metadata)
        : spooled(collection, dataKey, metadata, ranges);
  }

  private static StoredCollection stored(
      SourceCollection collection,
      String dataKey,
      Optional<StoredObject> metadata,
      List<StoredRange> ranges) {
    return new StoredCollection(collection, dataKey, metadata, ranges);
  }

  private Pending streamed(
      SourceCollection collection, String dataKey, Optional<StoredObject> metadata)
      throws InterruptedException {
    admit();
    CompletableFuture<StoredRange> range =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return stream(collection, dataKey);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } finally {
                ahead.release();
              }
            },
            readers);
    CompletableFuture<StoredRange> done = noted(range);
    return () -> stored(collection, dataKey, metadata, List.of(done.join()));
  }

  /**
   * Waits for room. What waits for a range that failed never makes room: then the snapshot is lost
   * and everybody ends.
   */
  private void admit() throws InterruptedException {
    while (!ahead.tryAcquire(ADMISSION_MS, TimeUnit.MILLISECONDS)) {
      if (failed) {
        throw new ReaderFailedException();
      }
      meter.checkNotCancelled();
    }
  }

  private <T> CompletableFuture<T> noted(CompletableFuture<T> task) {
    return task.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            failed = true;
            meter.abort();
          }
        });
  }

  /** Another reader failed; its own task tells why. */
  static final class ReaderFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** One range goes straight into its object. */
  private StoredRange stream(SourceCollection collection, String dataKey) throws IOException {
    RangeReader reader = new RangeReader(source, collection, start, meter);
    for (int restarts = 0; ; restarts++) {
      meter.checkNotCancelled();
      try (UploadStream out = objects.upload(dataKey)) {
        RangeReader.Outcome outcome;
        try (DocumentWriter writer = compressed(out)) {
          outcome = reader.read(KeyRange.ALL, writer);
        }
        out.complete();
        return StoredRange.of(KeyRange.ALL, 0, out.written(), out.takeCrc32c(), outcome);
      } catch (RangeReader.LostPosition e) {
        restarted(e, restarts, collection);
      }
    }
  }

  private Pending spooled(
      SourceCollection collection,
      String dataKey,
      Optional<StoredObject> metadata,
      List<KeyRange> ranges)
      throws InterruptedException {
    CollectionUpload upload = new CollectionUpload(objects.upload(dataKey), ranges.size());
    List<CompletableFuture<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      admit();
      int number = i;
      tasks.add(
          noted(
              CompletableFuture.runAsync(
                  () -> {
                    try {
                      ahead.release(spool(collection, upload, number, ranges.get(number)));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  },
                  readers)));
    }
    return () -> {
      try (upload) {
        tasks.forEach(CompletableFuture::join);
        return stored(collection, dataKey, metadata, upload.stored());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private int spool(
      SourceCollection collection, CollectionUpload upload, int number, KeyRange range)
      throws IOException {
    RangeReader reader = new RangeReader(source, collection, start, meter);
    for (int restarts = 0; ; restarts++) {
      meter.checkNotCancelled();
      RangeSpool spool = new RangeSpool(settings.spoolDirectory());
      RangeReader.Outcome outcome;
      try (DocumentWriter writer = compressed(spool)) {
        outcome = reader.read(range, writer);
      } catch (RangeReader.LostPosition e) {
        spool.discard();
        restarted(e, restarts, collection);
        continue;
      } catch (IOException | RuntimeException e) {
        spool.discard();
        throw e;
      }
      return upload.add(number, range, spool, outcome);
    }
  }

  private void restarted(RangeReader.LostPosition lost, int restarts, SourceCollection collection) {
    meter.discard(lost.discarded().count(), lost.discarded().bytes());
    if (restarts == MAX_RESTARTS) {
      throw reader(collection).tooOften(source.member(), lost);
    }
  }

  private RangeReader reader(SourceCollection collection) {
    return new RangeReader(source, collection, start, meter);
  }

  /** A writer whose close ends the compressed piece, but not the object. */
  private DocumentWriter compressed(OutputStream out) throws IOException {
    return new DocumentWriter(settings.compression().compress(new OpenStream(out)));
  }

  /** Buckets are described by the metadata of the time-series collection that they belong to. */
  private Optional<StoredObject> metadata(SourceCollection collection) {
    if (collection.name().startsWith(SourceCollection.BUCKETS_PREFIX)) {
      return Optional.empty();
    }
    String json =
        MetadataJson.print(
            collection.name(),
            new CollectionMetadata(
                collection.type(), collection.options(), collection.indexes(), collection.uuid()));
    byte[] content = settings.compression().compressed(json.getBytes(StandardCharsets.UTF_8));
    String key = key(collection, ".metadata.json");
    objects.put(key, content);
    return Optional.of(StoredObject.of(key, content));
  }

  private String key(SourceCollection collection, String suffix) {
    return objects.key(
        setFolder,
        collection.database()
            + "/"
            + CollectionFileName.of(collection.name())
            + suffix
            + settings.compression().suffix());
  }
}
