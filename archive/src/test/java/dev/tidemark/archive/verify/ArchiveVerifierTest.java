package dev.tidemark.archive.verify;

import static dev.tidemark.archive.segment.OplogScript.RS0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
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
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotRange;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveVerifierTest {

  private static final long BASE = 500_000L * 3600;

  @TempDir private Path directory;
  private final ObjectKeys keys = new ObjectKeys("shop");
  private final List<SegmentIndexEntry> segments = new ArrayList<>();
  private ObjectStore store;
  private String data;
  private String metadata;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectory(directory.resolve("archive"));
    store = ObjectStores.open("file:" + directory.resolve("archive"), ArchiveConfig.ofUrl(""));
    OplogScript script = new OplogScript(RS0, directory);
    script.start(at(0));
    for (int segment = 0; segment < 8; segment++) {
      for (int i = 0; i < 10; i++) {
        script.insert(at(segment * 600 + i), "shop.orders", i);
      }
      segments.add(script.store(store));
    }
    new RollupKeeper(store, keys).rollUpFinishedHours(RS0, OptimeHour.of(at(0)));
    storeSnapshot();
  }

  private static Optime at(int second) {
    return Optime.of(BASE + second, 1);
  }

  private void storeSnapshot() throws IOException {
    data = keys.snapshotFile("s1", "rs0", "shop/orders.bson.gz");
    metadata = keys.snapshotFile("s1", "rs0", "shop/orders.metadata.json.gz");
    CollectionMetadata orders =
        new CollectionMetadata(
            CollectionMetadata.COLLECTION, new BsonDocument(), List.of(), Optional.empty());
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    List<SnapshotRange> ranges = new ArrayList<>();
    for (int range = 0; range < 2; range++) {
      ranges.add(range(object, range * 100));
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
        .complete(
            new SnapshotManifest(
                "s1",
                "shop",
                SnapshotKind.FULL,
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(
                    new SnapshotSetManifest(
                        RS0,
                        "",
                        "",
                        "",
                        at(1),
                        at(2),
                        at(5),
                        List.of(collection),
                        Optional.empty()))));
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

  private List<Defect> verify(boolean deep) {
    return new ArchiveVerifier(new ArchiveIndex(store, keys), VerifyListener.SILENT)
        .verify(deep)
        .defects();
  }

  private Path file(String key) {
    return directory.resolve("archive").resolve(key);
  }

  @Test
  void shouldFindNothingWrongWithASoundArchive() {
    VerifyReport report =
        new ArchiveVerifier(new ArchiveIndex(store, keys), VerifyListener.SILENT).verify(true);

    assertThat(report.defects()).isEmpty();
    assertThat(report.isSound()).isTrue();
    assertThat(report.segments()).isEqualTo(8);
    assertThat(report.entries()).isEqualTo(80);
  }

  @Test
  void shouldNameEveryObjectWithAFlippedBit() throws IOException {
    List<String> objects = new ArrayList<>(List.of(data, metadata, keys.manifest("s1")));
    objects.add(keys.rollup(RS0, OptimeHour.of(at(0))));
    objects.add(segments.get(0).getObjectKey());
    objects.add(segments.get(7).getObjectKey());
    for (String key : objects) {
      byte[] good = Files.readAllBytes(file(key));
      for (int i = 0; i < good.length; i += 1 + good.length / 40) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << i % 8);
        Files.write(file(key), bad);
        if (key.endsWith("manifest.json") && isSpace(good[i]) && isSpace(bad[i])) {
          continue;
        }
        assertThat(verify(true))
            .as("byte %d of %s", i, key)
            .isNotEmpty()
            .anySatisfy(defect -> assertThat(defect.where()).isEqualTo(key));
      }
      Files.write(file(key), good);
    }
    assertThat(verify(true)).isEmpty();
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  @Test
  void shouldNameEveryDeletedAndTruncatedObject() throws IOException {
    for (String key :
        List.of(data, metadata, segments.get(0).getObjectKey(), segments.get(3).getObjectKey())) {
      byte[] good = Files.readAllBytes(file(key));
      Files.write(file(key), Arrays.copyOf(good, good.length - 1));
      assertThat(verify(false)).extracting(Defect::where).contains(key);
      Files.delete(file(key));
      assertThat(verify(false)).extracting(Defect::where).contains(key);
      Files.write(file(key), good);
    }
    assertThat(verify(false)).isEmpty();
  }

  @Test
  void shouldNameABrokenChainWhereNoRollupKnowsTheSegment() throws IOException {
    // The newest hour has no roll-up.
    Files.delete(file(segments.get(6).getObjectKey()));

    assertThat(verify(false))
        .singleElement()
        .satisfies(
            defect -> {
              assertThat(defect.kind()).isEqualTo(DefectKind.CHAIN_BROKEN);
              assertThat(defect.where()).isEqualTo(segments.get(7).getObjectKey());
            });
  }

  @Test
  void shouldNameBothSwappedObjects() throws IOException {
    String one = segments.get(1).getObjectKey();
    String other = segments.get(2).getObjectKey();
    byte[] bytes = Files.readAllBytes(file(one));
    Files.write(file(one), Files.readAllBytes(file(other)));
    Files.write(file(other), bytes);

    assertThat(verify(false)).extracting(Defect::where).contains(one, other);
  }

  @Test
  void shouldNameAnOverlap() {
    OplogScript second = new OplogScript(RS0, directory.resolve("archive"));
    second.start(at(3));
    second.insert(at(3), "shop.orders", 3);
    second.insert(at(700), "shop.orders", 3);
    SegmentIndexEntry overlapping = second.store(store);

    assertThat(verify(false))
        .filteredOn(defect -> defect.kind() == DefectKind.SEGMENT_OVERLAP)
        .isNotEmpty()
        .anySatisfy(defect -> assertThat(defect.where()).isEqualTo(overlapping.getObjectKey()));
  }
}
