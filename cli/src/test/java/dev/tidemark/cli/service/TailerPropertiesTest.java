package dev.tidemark.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TailerPropertiesTest {

  @TempDir private Path directory;

  @Test
  void shouldGiveEachKeyToWhomItConcerns() {
    TailerProperties properties =
        of(
            Map.of(
                "name", "capture",
                "mongodb.uri", "mongodb://a:1",
                "kafka.bootstrap.servers", "b:9092",
                "schema.registry.url", "http://r:8081",
                "worker.group.id", "g",
                "config.providers", "vault"),
            Map.of());

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
        .containsEntry("config.providers", "file,env,vault")
        .containsEntry("exactly.once.source.support", "enabled")
        .doesNotContainKey("mongodb.uri");
  }

  private static TailerProperties of(Map<String, String> values, Map<String, String> variables) {
    return TailerProperties.of(
        new ServiceSettings(values, variables),
        Path.of("/etc/tidemark/tailer.properties"),
        () -> Optional.of("10.0.0.7"));
  }

  @Test
  void shouldShareReferencesInThePlaceOfSecrets() {
    String jaas = "some.LoginModule required password=\"hunter2\";";
    TailerProperties properties =
        of(
            Map.of(
                "mongodb.uri", "mongodb://u:hunter2@a:1",
                "mongodb.username", "tidemark",
                "mongodb.password", "hunter2",
                "mongodb.tls.keystore.password", "${vault:tls}",
                "kafka.sasl.jaas.config", jaas,
                "schema.registry.basic.auth.user.info", "tidemark:hunter2"),
            Map.of("mongodb.password", "TIDEMARK_TAILER_MONGODB_PASSWORD"));

    assertThat(properties.connector().toString()).doesNotContain("hunter2");
    assertThat(properties.connector())
        .containsEntry("mongodb.password", "${env:TIDEMARK_TAILER_MONGODB_PASSWORD}")
        .containsEntry("mongodb.uri", "${file:/etc/tidemark/tailer.properties:mongodb.uri}")
        .containsEntry("mongodb.username", "tidemark")
        .containsEntry("mongodb.tls.keystore.password", "${vault:tls}")
        .containsEntry(
            "kafka.sasl.jaas.config",
            "${file:/etc/tidemark/tailer.properties:kafka.sasl.jaas.config}")
        .containsEntry(
            "value.converter.schema.registry.basic.auth.user.info",
            "${file:/etc/tidemark/tailer.properties:schema.registry.basic.auth.user.info}");
    assertThat(properties.worker()).containsEntry("producer.sasl.jaas.config", jaas);
  }

  @Test
  void shouldLetReferencesReachOnlyTheVariablesThatAreNeeded() {
    String allowed =
        of(
                Map.of("mongodb.password", "x", "kafka.ssl.key.password", "${env:KEY}"),
                Map.of("mongodb.password", "TIDEMARK_TAILER_MONGODB_PASSWORD"))
            .worker()
            .get("config.providers.env.param.allowlist.pattern");

    assertThat("TIDEMARK_TAILER_MONGODB_PASSWORD").matches(allowed);
    assertThat("KEY").matches(allowed);
    assertThat("AWS_SECRET_ACCESS_KEY").doesNotMatch(allowed);
    assertThat("")
        .doesNotMatch(
            of(Map.of(), Map.of()).worker().get("config.providers.env.param.allowlist.pattern"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://0.0.0.0:8083,10.0.0.7,http://127.0.0.1:8083",
    "https://:9000,10.0.0.7,https://127.0.0.1:9000",
    "http://[::]:8083,10.0.0.7,http://127.0.0.1:8083",
    "http://127.0.0.1:8083,,http://127.0.0.1:8083",
    "http://10.0.0.9:8083,,http://10.0.0.9:8083"
  })
  void shouldAdvertiseAnAddressThatOtherWorkersCanUse(
      String listeners, String advertised, String local) {
    TailerProperties properties = of(Map.of("worker.listeners", listeners), Map.of());

    assertThat(properties.worker().get("rest.advertised.host.name")).isEqualTo(advertised);
    assertThat(properties.rest()).hasToString(local);
    assertThat(
            of(
                    Map.of(
                        "worker.listeners", listeners, "worker.rest.advertised.host.name", "mine"),
                    Map.of())
                .worker())
        .containsEntry("rest.advertised.host.name", "mine");
  }

  @Test
  void shouldRefuseAListenerWithoutAPort() {
    assertThatThrownBy(() -> of(Map.of("worker.listeners", "localhost"), Map.of()))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContainingAll("worker.listeners", "http://0.0.0.0:8083");
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
