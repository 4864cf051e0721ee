package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionFileName;
import dev.tidemark.archive.dump.MetadataJson;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.UnitSink;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a restored state as the files of a snapshot, all of one moment. Their manifest is the
 * caller's; closing without it leaves objects that belong to no snapshot. Thread-safe where sinks
 * have to be.
 */
final class SnapshotSink implements RestoreSink, Closeable {

  private static final String BUCKETS = SourceCollection.BUCKETS_PREFIX;

  private final SnapshotObjects objects;
  private final String setFolder;
  private final SnapshotSettings settings;
  private final int partBytes;
  private final Optime moment;
  private final Map<RestoredCollection, Stored> stored = new LinkedHashMap<>();
  private List<SnapshotCollection> collections = List.of();

  /** What is known of a collection before its documents. */
  private record Stored(StoredObject metadata, Optional<AppendedObject> documents) {}

  SnapshotSink(
      SnapshotObjects objects,
      String setFolder,
      SnapshotSettings settings,
      int partBytes,
      Optime moment) {
    this.objects = objects;
    this.setFolder = setFolder;
    this.settings = settings;
    this.partBytes = partBytes;
    this.moment = moment;
  }

  @Override
  public boolean sequential() {
    return false;
  }

  @Override
  public void begin(List<RestoredCollection> restored) {
    for (RestoredCollection collection : restored) {
      stored.put(
          collection,
          new Stored(
              metadata(collection),
              collection.metadata().isView()
                  ? Optional.empty()
                  : Optional.of(documents(collection))));
    }
  }

  private StoredObject metadata(RestoredCollection collection) {
    byte[] json =
        settings
            .compression()
            .compressed(
                MetadataJson.print(collection.name(), collection.metadata())
                    .getBytes(StandardCharsets.UTF_8));
    String key = key(collection, collection.name(), ".metadata.json");
    objects.put(key, json);
    return StoredObject.of(key, json);
  }

  private AppendedObject documents(RestoredCollection collection) {
    String file =
        collection.metadata().isTimeseries() ? BUCKETS + collection.name() : collection.name();
    return new AppendedObject(
        objects,
        key(collection, file, ".bson"),
        settings.spoolDirectory().resolve("object-" + stored.size()),
        partBytes,
        settings.rangeBytes(),
        moment);
  }

  private String key(RestoredCollection collection, String name, String suffix) {
    return objects.key(
        setFolder,
        collection.database()
            + "/"
            + CollectionFileName.of(name)
            + suffix
            + settings.compression().suffix());
  }

  @Override
  public CollectionSink open(RestoredCollection collection) {
    AppendedObject documents = stored.get(collection).documents().orElseThrow();
    return new CollectionSink() {
      @Override
      public UnitSink unit(String unit) {
        return new SnapshotUnit(documents, settings.compression(), settings.spoolDirectory());
      }

      @Override
      public void close() {
        // Objects are completed all together, when the whole state is written.
      }
    };
  }

  @Override
  public void finish(MergeReport report) throws IOException {
    List<SnapshotCollection> written = new ArrayList<>();
    for (Map.Entry<RestoredCollection, Stored> entry : stored.entrySet()) {
      written.add(complete(entry.getKey(), entry.getValue()));
    }
    collections = List.copyOf(written);
  }

  private SnapshotCollection complete(RestoredCollection collection, Stored files)
      throws IOException {
    Optional<StoredObject> data = Optional.empty();
    if (files.documents().isPresent()) {
      AppendedObject documents = files.documents().get();
      if (documents.isEmpty()) {
        try (SnapshotUnit none =
            new SnapshotUnit(documents, settings.compression(), settings.spoolDirectory())) {
          none.complete(DocumentSum.Digest.EMPTY);
        }
      }
      data = Optional.of(documents.complete());
    }
    return new SnapshotCollection(
        collection.database(),
        collection.name(),
        collection.metadata(),
        data,
        Optional.of(files.metadata()),
        files.documents().map(AppendedObject::ranges).orElse(List.of()));
  }

  /** What was stored; complete once the sink is finished. */
  List<SnapshotCollection> collections() {
    return collections;
  }

  @Override
  public void close() throws IOException {
    for (Stored files : stored.values()) {
      if (files.documents().isPresent()) {
        files.documents().get().close();
      }
    }
  }
}
