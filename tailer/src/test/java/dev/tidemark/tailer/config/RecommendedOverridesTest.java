package dev.tidemark.tailer.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecommendedOverridesTest {

  @Test
  void shouldBeWhatThePluginsConfigurationSays() throws IOException {
    Map<String, String> written = new TreeMap<>();
    new ObjectMapper()
        .readTree(Path.of("src", "plugin", "etc", "connector.json").toFile())
        .path("config")
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().startsWith("producer.override.")) {
                written.put(entry.getKey(), entry.getValue().asText());
              }
            });

    assertThat(written).isEqualTo(RecommendedOverrides.PRODUCER);
  }
}
