package dev.tidemark.archive.verify;

import static dev.tidemark.archive.segment.OplogScript.RS0;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.MetadataJson;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotManifests;
import dev.tidemark.archive.snapshot.SnapshotRange;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * An archive in a directory with nothing wrong: three hours of segments, the first two rolled up,
 * and two snapshots at their beginning.
 */
final class SoundArchive {

  static final int SEGMENTS = 14;
  private static final long BASE = 500_000L * 3600;

  private final Path directory;
  private final ObjectKeys keys = new ObjectKeys("shop");
  private final List<SegmentIndexEntry> segments = new ArrayList<>();
  private final ObjectStore store;

  SoundArchive(Path spool) throws IOException {
    this(spool, ArchiveConfig.ofUrl(""));
  }

  SoundArchive(Path spool, ArchiveConfig config) throws IOException {
    directory = Files.createDirectory(spool.resolve("archive"));
    store = ObjectStores.open("file:" + directory, config);
    OplogScript script = new OplogScript(RS0, spool);
    script.start(at(0));
    for (int segment = 0; segment < SEGMENTS; segment++) {
      for (int i = 0; i < 10; i++) {
        script.insert(at(segment * 600 + i), "shop.orders", i);
      }
      segments.add(script.store(store));
    }
    new RollupKeeper(store, keys).rollUpFinishedHours(RS0, OptimeHour.of(at(0)));
    storeSnapshot("s1", 0);
    storeSnapshot("s2", 500);
  }

  ObjectStore store() {
    return store;
  }

  ArchiveIndex index() {
    return new ArchiveIndex(store, keys);
  }

  /** The key of the n-th segment. */
  String segment(int n) {
    return segments.get(n).getObjectKey();
  }

  Optime lastOptime() {
    return new Optime(segments.get(SEGMENTS - 1).getLastTs());
  }

  String data(String snapshot) {
    return keys.snapshotFile(snapshot, "rs0", "shop/orders.bson.gz");
  }

  String metadata(String snapshot) {
    return keys.snapshotFile(snapshot, "rs0", "shop/orders.metadata.json.gz");
  }

  String manifest(String snapshot) {
    return keys.manifest(snapshot);
  }

  /** The key of the roll-up of the n-th hour. */
  String rollup(int n) {
    return keys.rollup(RS0, hour(n));
  }

  static OptimeHour hour(int n) {
    return OptimeHour.of(at(n * 3600));
  }

  Path file(String key) {
    return directory.resolve(key);
  }

  static Optime at(int second) {
    return Optime.of(BASE + second, 1);
  }

  private void storeSnapshot(String id, int firstId) throws IOException {
    String data = data(id);
    String metadata = metadata(id);
    CollectionMetadata orders =
        new CollectionMetadata(
            CollectionMetadata.COLLECTION, new BsonDocument(), List.of(), Optional.empty());
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    List<SnapshotRange> ranges = new ArrayList<>();
    for (int range = 0; range < 2; range++) {
      ranges.add(range(object, firstId + range * 100));
    }
    byte[] json = gzip(MetadataJson.print("orders", orders).getBytes(StandardCharsets.UTF_8));
    store.put(data, ObjectContent.of(object.toByteArray()), PutCondition.always());
    store.put(metadata, ObjectContent.of(json), PutCondition.always());
    SnapshotCollection collection =
        new SnapshotCollection(
            "shop",
            "orders",
            orders,
            Optional.of(new StoredObject(data, object.size())),
            Optional.of(new StoredObject(metadata, json.length, crc(json))),
            ranges);
    new SnapshotCatalogue(store, keys)
        .complete(SnapshotManifests.of(id, RS0, at(1), at(2), at(5), List.of(collection)));
  }

  private static SnapshotRange range(ByteArrayOutputStream object, int firstId) throws IOException {
    DocumentSum sum = new DocumentSum();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (int id = firstId; id < firstId + 100; id++) {
      RawBsonDocument document =
          new RawBsonDocument(new BsonDocument("_id", new BsonInt32(id)), new BsonDocumentCodec());
      byte[] bytes = new byte[document.getByteBuffer().remaining()];
      document.getByteBuffer().get(bytes);
      plain.write(bytes);
      sum.add(BsonSlice.of(bytes));
    }
    byte[] stored = gzip(plain.toByteArray());
    long offset = object.size();
    object.write(stored);
    return new SnapshotRange(
        Optional.empty(),
        Optional.empty(),
        offset,
        stored.length,
        crc(stored),
        at(2),
        at(5),
        sum.digest());
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static long crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }
}
