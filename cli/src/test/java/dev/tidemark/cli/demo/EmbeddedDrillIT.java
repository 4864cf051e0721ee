package dev.tidemark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.cli.console.Typed;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The drill on servers of its own, as somebody runs it. */
class EmbeddedDrillIT {

  @BeforeAll
  static void findRegistry() {
    System.setProperty(
        "tidemark.registry.home", Path.of("..", "embedded", "target", "registry").toString());
  }

  @Test
  void shouldLoseDataAndRestoreIt() throws Exception {
    Typed typed = new Typed();

    int code = typed.run("drill", "--embedded", "--json");

    assertThat(code).as(typed.err()).isZero();
    JsonNode result = typed.json();
    assertThat(result.path("success").asBoolean()).isTrue();
    assertThat(result.path("mode").asText()).isEqualTo("EMBEDDED");
    assertThat(result.path("rtoMillis").asLong(-1)).isPositive();
    assertThat(result.path("rpoMillis").asLong(-1)).isNotNegative();
    // 1,000 accounts less 100 that were deleted, 500 transfers, and the last write.
    assertThat(result.path("documents").asLong()).isEqualTo(1_401);
    assertThat(result.path("stepMillis").size()).isEqualTo(9);
    assertThat(result.path("failure").isNull()).isTrue();
  }
}
