package dev.tidemark.tailer.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.tailer.config.OplogSourceKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference pages say what the code does; {@code -Dreference.write=true} writes them anew. */
class ReferenceTest {

  private static final Path PAGES = Path.of("..", "docs", "reference");

  @Test
  void shouldDocumentEveryConfigurationKey() throws IOException {
    compare("tailer-config.md", ReferencePages.config(OplogSourceKeys.CONFIG_DEF));
  }

  @Test
  void shouldDocumentEveryMetric() throws IOException {
    compare("tailer-metrics.md", ReferencePages.metrics());
  }

  private static void compare(String page, String expected) throws IOException {
    Path path = PAGES.resolve(page);
    if (Boolean.getBoolean("reference.write")) {
      Files.createDirectories(PAGES);
      Files.writeString(path, expected);
    }
    assertThat(path)
        .as("run the tests of tailer with -Dtest.jvm.args=-Dreference.write=true to write it anew")
        .content()
        .isEqualTo(expected);
  }
}
