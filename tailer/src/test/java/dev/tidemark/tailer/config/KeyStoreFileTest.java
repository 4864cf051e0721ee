package dev.tidemark.tailer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreFileTest {

  @TempDir private Path directory;

  private static KeyStoreFile store(Path path, String password) {
    return new KeyStoreFile(
        path.toString(),
        password == null ? null : new Password(password),
        "tls.location",
        "tls.password");
  }

  @Test
  void shouldOpenAStoreAndItsKeyWithOnePassword() throws GeneralSecurityException, IOException {
    Path path = Stores.secretKey(directory.resolve("a.p12"), "pw", "pw");

    assertThat(store(path, "pw").keyManagers(null)).isNotEmpty();
    assertThat(store(path, "pw").trustManagers()).isNotEmpty();
  }

  @Test
  void shouldBlameThePasswordThatIsWrongOrMissing() throws GeneralSecurityException, IOException {
    Path path = Stores.secretKey(directory.resolve("a.p12"), "pw", "other");

    assertThatThrownBy(() -> store(path, "wrong").trustManagers())
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContainingAll("tls.password", "does not open", "${file:")
        .hasMessageNotContaining("wrong");
    assertThatThrownBy(() -> store(path, null).keyManagers(null))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContainingAll("tls.password", "is missing");
    assertThatThrownBy(() -> store(path, "pw").keyManagers(null))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContainingAll("tls.password", "but not the key in it");
    assertThat(store(path, "pw").keyManagers(new Password("other"))).isNotEmpty();
  }

  @Test
  void shouldBlameTheLocationOfWhatIsNoStore() throws IOException {
    Path text = Files.writeString(directory.resolve("a.pem"), "-----BEGIN CERTIFICATE-----");

    for (Path path : new Path[] {text, directory, directory.resolve("none.p12")}) {
      assertThatThrownBy(() -> store(path, "pw").trustManagers())
          .isInstanceOf(InvalidValueException.class)
          .hasMessageContainingAll("tls.location", path.toString(), "/etc/tidemark/");
    }
  }
}
