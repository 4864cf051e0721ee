package dev.tidemark.restorer.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotOplog;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopiesTest {

  private static final ObjectKeys KEYS = new ObjectKeys("shop");
  private static final byte[] CONTENT = "what was stored".getBytes(UTF_8);
  private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");

  @TempDir private Path directory;
  private ObjectStore archive;
  private ObjectStore copies;

  @BeforeEach
  void open() throws IOException {
    archive = open("archive");
    copies = open("copies");
  }

  private ObjectStore open(String name) throws IOException {
    return ObjectStores.open(
        "file:" + Files.createDirectory(directory.resolve(name)), ArchiveConfig.ofUrl(""));
  }

  @AfterEach
  void close() {
    archive.close();
    copies.close();
  }

  @Test
  void shouldCopyEveryObjectAndTheManifestUnderTheSameKeys() throws IOException {
    SnapshotManifest manifest = taken("a", NOW);

    copy(manifest);
    copy(manifest);

    assertThat(new SnapshotCatalogue(copies, KEYS).load("a")).isEqualTo(manifest);
    assertThat(copies.read(object("a"))).isEqualTo(CONTENT);
    assertThat(keys(copies)).isEqualTo(keys(archive));
  }

  @Test
  void shouldLeaveNoManifestWhenAnObjectIsNotWhatWasStored() {
    SnapshotManifest manifest = taken("a", NOW);
    archive.put(
        object("a"), ObjectContent.of("What was stored".getBytes(UTF_8)), PutCondition.always());

    assertThatThrownBy(() -> copy(manifest)).hasMessageContaining("ARCHIVE_OBJECT_CORRUPT");

    assertThat(keys(copies)).isEmpty();
  }

  @Test
  void shouldStopWhenCancelledAndGoOnLater() throws IOException {
    SnapshotManifest manifest = taken("a", NOW);

    assertThatThrownBy(() -> new SnapshotCopy(archive, copies, 8 << 20).copy(manifest, () -> true))
        .hasMessageContaining("REQUEST_CANCELLED");
    assertThat(new SnapshotCatalogue(copies, KEYS).list()).isEmpty();

    copy(manifest);
    assertThat(new SnapshotCatalogue(copies, KEYS).list()).hasSize(1);
  }

  @Test
  void shouldDeleteWhatIsOldButNeverTheNewest() throws IOException {
    copy(taken("a", NOW.minus(Duration.ofDays(9))));
    copy(taken("b", NOW.minus(Duration.ofDays(8))));
    ExpiredCopies expired = new ExpiredCopies(copies, Duration.ofDays(7));

    assertThat(expired.delete(NOW)).containsExactly("a");
    copy(taken("c", NOW.minus(Duration.ofDays(1))));
    assertThat(expired.delete(NOW)).containsExactly("b");

    assertThat(expired.delete(NOW)).isEmpty();
    assertThat(keys(copies)).containsExactly(KEYS.manifest("c"), object("c"));
  }

  @Test
  void shouldDeleteWhatWasGivenUpADayAgo() throws IOException {
    copies.put(object("half"), ObjectContent.of(CONTENT), PutCondition.always());
    ExpiredCopies expired = new ExpiredCopies(copies, Duration.ofDays(7));

    assertThat(expired.delete(Instant.now())).isEmpty();
    assertThat(expired.delete(Instant.now().plus(Duration.ofHours(25)))).containsExactly("half");

    assertThat(keys(copies)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive", "archive/copies", "copies/../archive", ""})
  void shouldRefuseADirectoryThatLiesWithTheArchive(String copies) {
    String archiveUrl = "file:" + directory.resolve("archive");

    assertThatThrownBy(() -> LocalCopies.requireApart(directory.resolve(copies), archiveUrl))
        .hasMessageContaining("LOCAL_FILE_FAILED");
  }

  @Test
  void shouldWarnAndGoOnHoweverACopyFails() {
    ObjectStore failing =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, arguments) -> {
                  throw new UncheckedIOException(new IOException("stale file handle"));
                });
    RestorerConfig config =
        new RestorerConfig(
            Map.of(
                "bootstrap.servers",
                "localhost:1",
                "schema.registry.url",
                "http://localhost:1",
                "archive.url",
                "file:" + directory.resolve("archive"),
                "snapshot.local.directory",
                directory.resolve("copies").toString()));
    try (LocalCopies local = LocalCopies.open(config, Time.SYSTEM).orElseThrow()) {
      assertThat(local.copy(failing, taken("a", NOW), () -> false))
          .hasValueSatisfying(
              warning ->
                  assertThat(warning)
                      .contains("The snapshot is complete, but there is no copy")
                      .contains("stale file handle"));
    }
  }

  @Test
  void shouldTakeADirectoryBesideTheArchive() {
    LocalCopies.requireApart(
        directory.resolve("archive-copies"), "file:" + directory.resolve("archive"));
    LocalCopies.requireApart(directory.resolve("archive"), "s3://bucket/archive");
  }

  private void copy(SnapshotManifest manifest) throws IOException {
    new SnapshotCopy(archive, copies, 8 << 20).copy(manifest, () -> false);
  }

  private static String object(String id) {
    return KEYS.snapshotFile(id, "rs0", "oplog.bson");
  }

  /** A snapshot in the archive. */
  private SnapshotManifest taken(String id, Instant completedAt) {
    archive.put(object(id), ObjectContent.of(CONTENT), PutCondition.always());
    SnapshotManifest manifest =
        new SnapshotManifest(
            id,
            "shop",
            SnapshotKind.FULL,
            completedAt.minusSeconds(60),
            completedAt,
            List.of(
                new SnapshotSetManifest(
                    new ReplicaSetRef("rs0", "65a9f2b1000000000000000a"),
                    "m1:27017",
                    "7.0.0",
                    "7.0",
                    Optime.of(100, 1),
                    Optime.of(100, 1),
                    Optime.of(110, 1),
                    List.of(),
                    Optional.of(
                        new SnapshotOplog(
                            StoredObject.of(object(id), CONTENT), DocumentSum.Digest.EMPTY)))));
    new SnapshotCatalogue(archive, KEYS).complete(manifest);
    return manifest;
  }

  private static List<String> keys(ObjectStore store) {
    try (Stream<ObjectInfo> objects = store.list("")) {
      return objects.map(ObjectInfo::key).toList();
    }
  }
}
