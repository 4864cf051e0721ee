package dev.tidemark.restorer.restore;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.snapshot.Decompression;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotRange;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.BaseCollection;
import dev.tidemark.restorer.merge.BaseRange;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One replica set of a snapshot in an archive as the base of a restore.
 *
 * <p>Every range is checked against its digest when it was read to the end: a damaged object ends
 * the restore.
 */
public final class SnapshotBase implements Base {

  private static final String BUCKETS = "system.buckets.";

  private final ObjectStore store;
  private final String snapshotId;
  private final SnapshotSetManifest manifest;
  private final List<BaseCollection> collections;

  /**
   * @param store the archive, which stays open
   */
  public SnapshotBase(ObjectStore store, String snapshotId, SnapshotSetManifest manifest) {
    this.store = store;
    this.snapshotId = snapshotId;
    this.manifest = manifest;
    this.collections = collections(manifest.collections());
  }

  /** The buckets of a time-series collection count as its documents. */
  private List<BaseCollection> collections(List<SnapshotCollection> stored) {
    Map<String, SnapshotCollection> buckets = new HashMap<>();
    for (SnapshotCollection collection : stored) {
      if (collection.name().startsWith(BUCKETS)) {
        buckets.put(
            collection.database() + "." + collection.name().substring(BUCKETS.length()),
            collection);
      }
    }
    List<BaseCollection> result = new ArrayList<>();
    for (SnapshotCollection collection : stored) {
      if (collection.metadata().isTimeseries()) {
        result.add(timeseries(collection, buckets.remove(collection.namespace())));
      }
    }
    for (SnapshotCollection collection : stored) {
      boolean taken =
          collection.metadata().isTimeseries()
              || (collection.name().startsWith(BUCKETS) && !buckets.containsValue(collection));
      if (!taken) {
        result.add(base(collection, collection.metadata(), collection));
      }
    }
    return List.copyOf(result);
  }

  private BaseCollection timeseries(SnapshotCollection shown, SnapshotCollection buckets) {
    if (buckets == null) {
      return base(shown, shown.metadata(), shown);
    }
    CollectionMetadata metadata = shown.metadata();
    return base(
        shown,
        new CollectionMetadata(
            metadata.type(), metadata.options(), metadata.indexes(), buckets.metadata().uuid()),
        buckets);
  }

  private BaseCollection base(
      SnapshotCollection named, CollectionMetadata metadata, SnapshotCollection documents) {
    List<BaseRange> ranges =
        documents.data().isEmpty()
            ? List.of()
            : IntStream.range(0, documents.ranges().size())
                .<BaseRange>mapToObj(
                    number ->
                        new StoredRange(
                            documents.data().get(), number, documents.ranges().get(number)))
                .toList();
    return new BaseCollection(named.database(), named.name(), metadata, ranges);
  }

  @Override
  public String location() {
    return "snapshot " + snapshotId;
  }

  @Override
  public Optional<SnapshotTimes> times() {
    return Optional.of(new SnapshotTimes(manifest.start(), manifest.end()));
  }

  @Override
  public List<BaseCollection> collections() {
    return collections;
  }

  @Override
  public void close() {
    // The archive is the caller's.
  }

  /** A range of one object. */
  private final class StoredRange implements BaseRange {
    private final StoredObject object;
    private final int number;
    private final SnapshotRange range;

    StoredRange(StoredObject object, int number, SnapshotRange range) {
      this.object = object;
      this.number = number;
      this.range = range;
    }

    @Override
    public String id() {
      return "range-" + number;
    }

    @Override
    public long size() {
      return range.digest().bytes();
    }

    @Override
    public Optime watermark() {
      return range.watermark();
    }

    @Override
    public DocumentStream open() throws IOException {
      InputStream plain =
          Decompression.open(
              store.open(object.key(), new ByteRange(range.offset(), range.storedBytes())));
      return new CheckedStream(
          new DocumentReader(plain, store.location() + "/" + object.key()), object, range);
    }
  }

  /** Compares what was read with the range's digest. */
  private final class CheckedStream implements DocumentStream {
    private final DocumentReader reader;
    private final StoredObject object;
    private final SnapshotRange range;
    private final DocumentSum sum = new DocumentSum();

    CheckedStream(DocumentReader reader, StoredObject object, SnapshotRange range) {
      this.reader = reader;
      this.object = object;
      this.range = range;
    }

    @Override
    public BsonSlice next() throws IOException {
      BsonSlice document = reader.next();
      if (document != null) {
        sum.add(document);
      } else if (!sum.digest().equals(range.digest())) {
        throw new ArchiveException(
            ArchiveError.ARCHIVE_OBJECT_CORRUPT,
            "the documents read are not those that were stored: "
                + sum.digest().count()
                + " instead of "
                + range.digest().count()
                + ", or others",
            store.location() + "/" + object.key() + ", byte " + range.offset(),
            "Bring the object back from a copy, or restore from another snapshot");
      }
      return document;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
