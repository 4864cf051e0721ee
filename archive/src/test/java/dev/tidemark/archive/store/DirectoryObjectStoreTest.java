package dev.tidemark.archive.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryObjectStoreTest extends ObjectStoreContract {

  @TempDir private Path directory;
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = ObjectStores.open("file:" + directory, ArchiveConfig.ofUrl(""));
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Test
  void shouldLeaveNoFileWhenContentCannotBeRead() throws IOException {
    ObjectContent broken =
        new ObjectContent() {
          @Override
          public long size() {
            return 10;
          }

          @Override
          public InputStream open() throws IOException {
            throw new IOException("no more");
          }
        };

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> store.put("a/b", broken, PutCondition.always()))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_DISK_FAILED));

    try (var files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void shouldNotListWhatAnObjectServerKeepsBesideTheObjects() throws IOException {
    Files.createDirectories(directory.resolve(".s3proxy-versions/x"));
    Files.writeString(directory.resolve(".s3proxy-versions/x/1"), "old");
    Files.writeString(directory.resolve(".mpus-key-1"), "part");
    Files.createDirectories(directory.resolve("c"));
    Files.writeString(directory.resolve("c/object"), "x");

    assertThat(store.list("").map(ObjectInfo::key)).containsExactly("c/object");
  }

  @Test
  void shouldRefuseKeysThatLeaveTheDirectory() {
    assertThatThrownBy(() -> store.read("../secret")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.read("/etc/passwd"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSayThatTheDirectoryDoesNotExist() {
    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(
            () -> ObjectStores.open("file://" + directory + "/none", ArchiveConfig.ofUrl("")))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_NOT_FOUND));
  }

  @Test
  void shouldRefuseUrlsOfOtherKindsWithoutShowingSecrets() {
    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> ObjectStores.open("ftp://user:secret@host/a", ArchiveConfig.ofUrl("")))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_CONFIG_INVALID))
        .withMessageNotContaining("secret");
  }
}
