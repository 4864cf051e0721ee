package dev.tidemark.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.monitor.alert.AlertCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What operators are given must speak of what the code has. */
class OperationsTest {

  private static final Path ROOT = Path.of("..");

  @Test
  void shouldHaveARunbookForEveryAlert() throws IOException {
    String runbooks = Files.readString(ROOT.resolve("docs/operations-alerts.md"));
    for (AlertCode code : AlertCode.values()) {
      assertThat(runbooks).contains("| `" + code.name() + "` |");
    }
  }
}
