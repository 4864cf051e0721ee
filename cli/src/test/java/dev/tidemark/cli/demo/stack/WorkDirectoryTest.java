package dev.tidemark.cli.demo.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {

  private final String before = System.getProperty("java.io.tmpdir");
  @TempDir private Path directory;

  @AfterEach
  void shouldLeaveTemporaryFilesWhereTheyWere() {
    assertThat(System.getProperty("java.io.tmpdir")).isEqualTo(before);
  }

  @Test
  void shouldLeaveNothingWhenItIsTemporary() throws IOException {
    Path path;
    try (WorkDirectory work = WorkDirectory.temporary()) {
      path = work.path();
      Files.createDirectories(work.resolve("a/b"));
      Files.writeString(work.resolve("a/b/c"), "content");
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void shouldKeepTheDataAndRemoveTemporaryFilesWhenItIsGiven() throws IOException {
    try (WorkDirectory work = WorkDirectory.at(directory.resolve("new"))) {
      Files.writeString(work.resolve("kept"), "content");
      assertThat(Path.of(System.getProperty("java.io.tmpdir"))).isDirectory().startsWith(directory);
    }
    assertThat(directory.resolve("new")).isDirectoryContaining("glob:**kept");
    assertThat(directory.resolve("new/tmp")).doesNotExist();
  }

  @Test
  void shouldRefuseADirectoryThatHoldsSomething() throws IOException {
    Files.writeString(directory.resolve("mine"), "precious");
    assertThatThrownBy(() -> WorkDirectory.at(directory))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContaining("is not empty");
    assertThat(directory.resolve("mine")).exists();
  }

  @Test
  void shouldSayInOneLineThatADirectoryCannotBeWritten() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> WorkDirectory.at(file.resolve("below")))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageNotContaining("\n");
  }
}
