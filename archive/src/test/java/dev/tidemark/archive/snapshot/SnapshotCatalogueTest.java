package dev.tidemark.archive.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SnapshotSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCatalogueTest {

  private static final ReplicaSetRef RS0 = new ReplicaSetRef("rs0", "65a9f2b1c0ffee0000000001");

  @TempDir private Path directory;
  private final ObjectKeys keys = new ObjectKeys("shop");
  private ObjectStore store;
  private SnapshotCatalogue catalogue;

  @BeforeEach
  void open() {
    store = ObjectStores.open("file:" + directory, ArchiveConfig.ofUrl(""));
    catalogue = new SnapshotCatalogue(store, keys);
  }

  private static SnapshotManifest manifest(String id, long end) {
    return SnapshotManifests.empty(id, Optime.of(90, 1), Optime.of(100, 1), Optime.of(end, 1), RS0);
  }

  @Test
  void shouldReadBackEveryField() {
    SnapshotManifest manifest = SnapshotManifests.full();

    catalogue.complete(manifest);

    assertThat(catalogue.load("s1")).isEqualTo(manifest);
  }

  @Test
  void shouldStayTheFirstFormat() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("/golden/manifest-v1.json")) {
      byte[] expected = golden.readAllBytes();
      assertThat(ManifestJson.read(expected, "golden")).isEqualTo(SnapshotManifests.full());
      assertThat(new String(ManifestJson.write(SnapshotManifests.full()), StandardCharsets.UTF_8))
          .isEqualTo(new String(expected, StandardCharsets.UTF_8));
    }
  }

  @Test
  void shouldListFinishedSnapshotsOnly() {
    catalogue.complete(manifest("b", 120));
    catalogue.complete(manifest("a", 110));
    store.put(
        keys.snapshotFile("unfinished", "rs0", "shop/orders.bson.gz"),
        ObjectContent.of(new byte[3]),
        PutCondition.always());

    assertThat(catalogue.list())
        .extracting(SnapshotCatalogue.Listed::snapshotId)
        .containsExactly("a", "b");
  }

  @Test
  void shouldListTheOthersWhenOneManifestIsDamaged() {
    catalogue.complete(manifest("a", 110));
    catalogue.complete(manifest("b", 120));
    String json = new String(store.read(keys.manifest("a")), StandardCharsets.UTF_8);
    store.put(
        keys.manifest("a"),
        ObjectContent.of(json.replace("\"110:1\"", "\"119:1\"").getBytes(StandardCharsets.UTF_8)),
        PutCondition.always());

    assertThat(catalogue.list())
        .satisfiesExactly(
            a ->
                assertThat(a.failure())
                    .hasValueSatisfying(
                        e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT)),
            b -> assertThat(b.manifest()).contains(manifest("b", 120)));
  }

  @Test
  void shouldNoticeAManifestUnderAnotherId() {
    catalogue.complete(manifest("a", 110));
    store.put(
        keys.manifest("b"),
        ObjectContent.of(store.read(keys.manifest("a"))),
        PutCondition.always());

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> catalogue.load("b"))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT));
  }

  @Test
  void shouldRefuseManifestsOfALaterFormat() {
    store.put(
        keys.manifest("a"),
        ObjectContent.of("{\"formatVersion\": 2}".getBytes(StandardCharsets.UTF_8)),
        PutCondition.always());

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> catalogue.load("a"))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_FORMAT_UNKNOWN));
  }

  @Test
  void shouldReadBackWhereABaseOutsideTheArchiveLies() {
    SnapshotManifest disk =
        SnapshotManifests.external(
            "disk", Optime.of(110, 1), new ReplicaSetRef("rs0", "65a9f2b1c0ffee0000000001"));
    catalogue.complete(disk);

    assertThat(catalogue.load("disk")).isEqualTo(disk);
    assertThat(catalogue.load("disk").isExternal()).isTrue();
  }

  @Test
  void shouldCompleteTheSameSnapshotTwiceButNotAnotherOfItsId() {
    catalogue.complete(manifest("a", 110));
    catalogue.complete(manifest("a", 110));

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> catalogue.complete(manifest("a", 111)))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_CONFLICT));
  }

  @Test
  void shouldSumUp() {
    SnapshotSummary summary = catalogue.summary(SnapshotManifests.full());

    assertThat(summary.getDocuments()).isEqualTo(30);
    assertThat(summary.getDataBytes()).isEqualTo(3_000);
    assertThat(summary.getStoredBytes()).isEqualTo(300 + 90 + 80 + 555);
    assertThat(summary.getCollections()).isEqualTo(2);
    assertThat(summary.getSets().get(0).getEndTs()).isEqualTo(Optime.of(1_795_361_315L, 2).value());
  }
}
