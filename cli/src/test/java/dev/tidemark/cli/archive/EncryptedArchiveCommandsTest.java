package dev.tidemark.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.tidemark.cli.console.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedArchiveCommandsTest {

  @TempDir private Path directory;
  private SmallArchive archive;
  private String config;
  private final Typed typed = new Typed();

  @BeforeEach
  void fill() throws GeneralSecurityException, IOException {
    AeadConfig.register();
    Path keyset =
        Files.writeString(
            directory.resolve("keyset.json"),
            TinkJsonProtoKeysetFormat.serializeKeyset(
                KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM),
                InsecureSecretKeyAccess.get()));
    config =
        Files.writeString(
                directory.resolve("archive.properties"), "archive.encryption.keyset.file=" + keyset)
            .toString();
    archive = SmallArchive.encrypted(directory, keyset);
  }

  private String url() {
    return "file:" + archive.bucket();
  }

  @Test
  void shouldReadWithTheKey() throws IOException {
    assertThat(typed.run("list", "--archive", url(), "--config", config)).isZero();
    assertThat(typed.out()).contains("monday", "3 segments, 30 entries");

    assertThat(typed.run("verify", "--deep", "--archive", url(), "--config", config)).isZero();
    assertThat(typed.out()).contains("sound");
  }

  @Test
  void shouldFindTheArchiveBelowTheFolderOfTheBuckets() throws IOException {
    String above = "file:" + archive.bucket().getParent();

    assertThat(typed.run("list", "--archive", above, "--config", config, "--json")).isZero();
    assertThat(typed.json().at("/archive").asText()).isEqualTo(url());
  }

  @Test
  void shouldRefuseOnceWithoutTheKeyAndNameTheSetting() {
    for (List<String> command :
        List.of(List.of("list"), List.of("verify"), List.of("describe", "monday"))) {
      List<String> line = new ArrayList<>(command);
      line.addAll(List.of("--archive", url()));

      assertThat(typed.run(line.toArray(String[]::new))).isEqualTo(2);
      assertThat(typed.err())
          .containsOnlyOnce("ARCHIVE_KEY_WRONG")
          .contains("archive.encryption.keyset.file");
      assertThat(typed.out()).isEmpty();
    }
  }

  @Test
  void shouldWriteNothingIntoAPlaceThatWasMistyped() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));

    assertThat(typed.run("verify", "--archive", "file:" + empty, "--config", config)).isEqualTo(2);

    assertThat(typed.err()).contains("the archive is empty");
    assertThat(empty).isEmptyDirectory();
  }
}
