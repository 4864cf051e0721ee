package dev.tidemark.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference pages say what the code does; {@code -Dreference.write=true} writes them anew. */
class ReferenceTest {

  private static final Path PAGES = Path.of("..", "docs", "reference");

  @ParameterizedTest
  @EnumSource
  void shouldDocumentEveryConfigurationKey(Service service) throws IOException {
    compare(service.command() + "-config.md", ReferencePages.config(service));
  }

  @Test
  void shouldDocumentEveryMetricOfTheTailer() throws IOException {
    compare("tailer-metrics.md", ReferencePages.tailerMetrics());
  }

  @Test
  void shouldDocumentEveryMetricOfTheArchiver() throws IOException, JMException {
    compare("archiver-metrics.md", ReferencePages.archiverMetrics());
  }

  private static void compare(String page, String expected) throws IOException {
    Path path = PAGES.resolve(page);
    if (Boolean.getBoolean("reference.write")) {
      Files.createDirectories(PAGES);
      Files.writeString(path, expected);
    }
    assertThat(path)
        .as("run this test with -Dtest.jvm.args=-Dreference.write=true to write the page anew")
        .content()
        .isEqualTo(expected);
  }
}
