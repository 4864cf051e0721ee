package dev.tidemark.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailerPropertiesTest {

  @TempDir private Path directory;

  @Test
  void shouldGiveEachKeyToWhomItConcerns() {
    TailerProperties properties =
        TailerProperties.of(
            Map.of(
                "name", "capture",
                "mongodb.uri", "mongodb://a:1",
                "kafka.bootstrap.servers", "b:9092",
                "schema.registry.url", "http://r:8081",
                "worker.group.id", "g",
                "config.providers", "vault"));

    assertThat(properties.name()).isEqualTo("capture");
    assertThat(properties.connector())
        .containsEntry("mongodb.uri", "mongodb://a:1")
        .containsEntry("kafka.bootstrap.servers", "b:9092")
        .containsEntry("value.converter.schema.registry.url", "http://r:8081")
        .doesNotContainKeys("name", "worker.group.id", "schema.registry.url");
    assertThat(properties.worker())
        .containsEntry("bootstrap.servers", "b:9092")
        .containsEntry("producer.bootstrap.servers", "b:9092")
        .containsEntry("group.id", "g")
        .containsEntry("config.providers", "vault")
        .containsEntry("exactly.once.source.support", "enabled")
        .doesNotContainKey("mongodb.uri");
  }

  @Test
  void shouldSayWhereKafkaIsMissing() throws IOException {
    Path file = Files.writeString(directory.resolve("tailer.properties"), "topic=x\n");

    assertThatThrownBy(() -> TailerProperties.read(file))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContaining("kafka.bootstrap.servers")
        .hasMessageContaining("broker-1:9092");
  }

  @Test
  void shouldNameTheFileThatCannotBeRead() {
    assertThatThrownBy(() -> TailerProperties.read(directory.resolve("none.properties")))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContaining("none.properties");
  }
}
