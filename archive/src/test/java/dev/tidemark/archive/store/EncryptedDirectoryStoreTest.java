package dev.tidemark.archive.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.crypt.Keysets;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedDirectoryStoreTest extends ObjectStoreContract {

  @TempDir private Path directory;
  private Path keyset;
  private ObjectStore store;

  @BeforeEach
  void open() throws GeneralSecurityException, IOException {
    Files.createDirectory(directory.resolve("archive"));
    keyset = Keysets.fresh(directory.resolve("keyset.json"));
    store = new HidingMarker(opened(keyset));
  }

  private ObjectStore opened(Path keys) {
    return ObjectStores.open(
        url(), new ArchiveConfig(Map.of(EncryptionConfig.KEYSET_FILE_CONFIG, keys.toString())));
  }

  private String url() {
    return "file:" + directory.resolve("archive");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("archive"))) {
      return files.sorted().toList();
    }
  }

  private Path file(String key) {
    return directory.resolve("archive").resolve(key);
  }

  @Override
  ObjectStore store() {
    return store;
  }

  /** There are no connections below, and each one is megabytes to decrypt. */
  @Override
  int streamsLeft() {
    return 5;
  }

  /** The contract counts the objects of an empty store. */
  private static final class HidingMarker extends ForwardingObjectStore {
    HidingMarker(ObjectStore delegate) {
      super(delegate);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
      return delegate().list(prefix, startAfter).filter(o -> !o.key().equals("encryption.marker"));
    }
  }

  @Test
  void shouldKeepContentFromWhoeverReadsTheFiles() throws IOException {
    byte[] content = "top secret ".repeat(100).getBytes(StandardCharsets.UTF_8);

    store.put("a/b", ObjectContent.of(content), PutCondition.ifAbsent());

    String stored = Files.readString(file("a/b"), StandardCharsets.ISO_8859_1);
    assertThat(stored).doesNotContain("secret");
    assertThat(store.read("a/b")).isEqualTo(content);
  }

  @Test
  void shouldReadEveryRangeOfObjectsOfEverySize() {
    Random random = new Random(5);
    for (int size : new int[] {0, 1, 64_967, 64_968, 64_969, 130_488, 130_489, 300_000}) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      store.put("o", ObjectContent.of(content), PutCondition.always());
      assertThat(store.head("o").orElseThrow().size()).isEqualTo(size);
      assertThat(store.read("o")).isEqualTo(content);
      for (int i = 0; i < 20; i++) {
        int from = random.nextInt(size + 10);
        int length = 1 + random.nextInt(80_000);
        assertThat(store.read("o", new ByteRange(from, length)))
            .isEqualTo(
                Arrays.copyOfRange(content, Math.min(size, from), Math.min(size, from + length)));
      }
    }
  }

  @Test
  void shouldNoticeEveryFlippedBit() throws IOException {
    byte[] content = new byte[200_000];
    new Random(6).nextBytes(content);
    store.put("o", ObjectContent.of(content), PutCondition.always());
    byte[] good = Files.readAllBytes(file("o"));
    for (int i = 0; i < good.length; i += i < 600 ? 1 : 997) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      Files.write(file("o"), bad);
      assertThatExceptionOfType(ArchiveException.class)
          .as("byte %d", i)
          .isThrownBy(() -> store.read("o"))
          .satisfies(
              e ->
                  assertThat(e.error())
                      .isIn(ArchiveError.ARCHIVE_OBJECT_CORRUPT, ArchiveError.ARCHIVE_KEY_WRONG));
    }
  }

  @Test
  void shouldNoticeTruncatedAndSwappedObjects() throws IOException {
    byte[] content = new byte[200_000];
    new Random(7).nextBytes(content);
    store.put("one", ObjectContent.of(content), PutCondition.always());
    store.put("other", ObjectContent.of(content), PutCondition.always());
    byte[] one = Files.readAllBytes(file("one"));
    Files.write(file("other"), one);
    assertCorrupt("other");
    // At the border of a piece, too.
    for (int length : new int[] {one.length - 1, 3 * 64 * 1024, 64 * 1024, 552, 100}) {
      Files.write(file("one"), Arrays.copyOf(one, length));
      assertCorrupt("one");
    }
  }

  private void assertCorrupt(String key) {
    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> store.read(key))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT));
    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> store.open(key).readAllBytes())
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT));
  }

  private static void assertRefused(ThrowingCallable request) {
    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(request)
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_KEY_WRONG));
  }

  @Test
  void shouldRefuseAnotherKeyBeforeAnythingIsReadOrWritten()
      throws GeneralSecurityException, IOException {
    store.put("k", ObjectContent.of(new byte[1]), PutCondition.always());
    List<Path> before = files();

    try (ObjectStore other = opened(Keysets.fresh(directory.resolve("other.json")))) {
      assertRefused(() -> other.list("", ""));
      assertRefused(() -> other.read("k"));
      assertRefused(() -> other.put("l", ObjectContent.of(new byte[1]), PutCondition.always()));
    }
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void shouldWriteNothingWhereNothingIsStored() throws IOException {
    List<Path> before = files();

    assertThat(store.folders("")).isEmpty();
    assertThat(store.list("", "")).isEmpty();
    assertThat(store.head("k")).isEmpty();

    assertThat(files()).isEqualTo(before);
  }

  @Test
  void shouldReadWhatWasStoredAfterAnEmptyArchiveWasLookedAt() {
    byte[] content = {1, 2, 3};
    try (ObjectStore reader = opened(keyset)) {
      assertThat(reader.head("k")).isEmpty();

      store.put("k", ObjectContent.of(content), PutCondition.ifAbsent());

      assertThat(reader.read("k")).isEqualTo(content);
    }
  }

  @Test
  void shouldReadWithOldKeysAndWriteWithTheNewOneAfterARotation()
      throws GeneralSecurityException, IOException {
    byte[] content = {1, 2, 3};
    store.put("old", ObjectContent.of(content), PutCondition.always());
    Path rotated = Keysets.rotated(keyset, directory.resolve("rotated.json"));

    try (ObjectStore after = opened(rotated)) {
      assertThat(after.read("old")).isEqualTo(content);
      after.put("new", ObjectContent.of(content), PutCondition.always());
    }

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> store.read("new"))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_KEY_WRONG));
  }

  @Test
  void shouldRefuseEveryRequestWithoutTheKeyAndNameTheSetting() {
    store.put("a/k", ObjectContent.of(new byte[1]), PutCondition.always());
    ByteRange range = new ByteRange(0, 1);
    try (ObjectStore plain = ObjectStores.open(url(), ArchiveConfig.ofUrl(""))) {
      for (ThrowingCallable request :
          List.<ThrowingCallable>of(
              () -> plain.put("k", ObjectContent.of(new byte[1]), PutCondition.always()),
              () -> plain.startUpload("k"),
              () -> plain.delete("a/k"),
              () -> plain.head("a/k"),
              () -> plain.read("a/k"),
              () -> plain.read("a/k", range),
              () -> plain.open("a/k"),
              () -> plain.open("a/k", range),
              () -> plain.list("a/"),
              () -> plain.folders(""))) {
        assertThatExceptionOfType(ArchiveException.class)
            .isThrownBy(request)
            .satisfies(
                e -> {
                  assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_KEY_WRONG);
                  assertThat(e.remedy()).contains(EncryptionConfig.KEYSET_FILE_CONFIG);
                });
      }
    }
    assertThat(store.head("a/k")).isPresent();
  }

  @Test
  void shouldNeitherReadNorEncryptOnTopOfAPlainArchive() throws IOException {
    Files.createDirectories(file("shop/oplog/rs0"));
    List<Path> before = files();

    assertRefused(() -> store.folders("shop/"));
    assertRefused(() -> store.put("k", ObjectContent.of(new byte[1]), PutCondition.always()));

    assertThat(files()).isEqualTo(before);
  }

  @Test
  void shouldNotShowTheKeysetWhenItIsMalformed() throws IOException {
    Path bad = Files.writeString(directory.resolve("bad.json"), "{\"key\": \"hunter2\"}");

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> opened(bad))
        .withMessageNotContaining("hunter2");
  }
}
