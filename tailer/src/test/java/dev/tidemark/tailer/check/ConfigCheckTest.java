package dev.tidemark.tailer.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.tailer.config.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCheckTest {

  private static Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    // Nothing listens on port 1.
    properties.put("mongodb.uri", "mongodb://127.0.0.1:1/?replicaSet=rs0");
    // Long enough for a first attempt on a busy machine; a refusal is waited out.
    properties.put("mongodb.connect.timeout.ms", "1500");
    properties.put("kafka.bootstrap.servers", "127.0.0.1:1");
    properties.put("producer.override.max.request.size", "18874368");
    return properties;
  }

  /** With brokers that are found missing without waiting for them. */
  private static Map<String, String> withoutBrokers() {
    Map<String, String> properties = properties();
    properties.put("kafka.bootstrap.servers", "no..host:9092");
    return properties;
  }

  private static Map<String, List<String>> errors(Map<String, String> properties) {
    return ConfigCheck.check(properties).configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }

  @Test
  void shouldReportEveryMissingKeyAtOnce() {
    assertThat(errors(Map.of()))
        .containsOnlyKeys(
            "mongodb.uri", "kafka.bootstrap.servers", "producer.override.max.request.size");
  }

  @ParameterizedTest
  @CsvSource({
    "errors.tolerance,all,none",
    "transforms,mask,leave",
    "producer.override.acks,1,all",
    "producer.override.enable.idempotence,false,true",
    "producer.override.buffer.memory,1000000,67108864"
  })
  void shouldRefuseWhatWouldLoseEntriesSilently(String key, String value, String right) {
    Map<String, String> properties = properties();
    properties.put(key, value);

    assertThat(errors(properties)).containsOnlyKeys(key);
    assertThat(errors(properties).get(key)).singleElement().asString().contains(right);
  }

  @Test
  void shouldBlameTheAddressesWhenNothingAnswers() {
    Map<String, List<String>> errors = errors(properties());

    assertThat(errors).containsOnlyKeys("mongodb.uri", "kafka.bootstrap.servers");
    assertThat(errors.get("mongodb.uri"))
        .singleElement()
        .asString()
        .contains("127.0.0.1:1 refuses connections", "mongodb://mongo-1:27017");
    assertThat(errors.get("kafka.bootstrap.servers"))
        .singleElement()
        .asString()
        .contains("do not answer", "kafka.security.protocol", "right value is broker-1:9092");
  }

  @Test
  void shouldCompareValuesWithEachOther() {
    Map<String, String> properties = withoutBrokers();
    properties.put("queue.max.bytes", "2000000");
    properties.put("retry.backoff.min.ms", "5000");
    properties.put("retry.backoff.max.ms", "1000");
    properties.put("mongodb.password", "secret");

    assertThat(errors(properties))
        .containsKeys("poll.max.bytes", "retry.backoff.min.ms", "mongodb.username");
  }

  @Test
  void shouldBlameTheTrustStoreWhenItCannotBeRead() {
    Map<String, String> properties = withoutBrokers();
    properties.put("mongodb.tls.truststore.location", "/nowhere/trust.p12");

    assertThat(errors(properties).get("mongodb.tls.truststore.location"))
        .singleElement()
        .asString()
        .contains("/nowhere/trust.p12", "right value is /etc/tidemark");
  }

  @Test
  void shouldBlameTheKeyStoreWhenTheTrustStoreIsGood(@TempDir Path directory)
      throws GeneralSecurityException, IOException {
    Path good = Stores.secretKey(directory.resolve("good.p12"), "store", "store");
    Map<String, String> properties = withoutBrokers();
    properties.put("mongodb.uri", "mongodb://127.0.0.1:1/?tls=true");
    properties.put("mongodb.tls.truststore.location", good.toString());
    properties.put("mongodb.tls.truststore.password", "store");
    properties.put("mongodb.tls.keystore.location", "/nowhere/client.p12");

    assertThat(errors(properties))
        .containsKey("mongodb.tls.keystore.location")
        .doesNotContainKeys("mongodb.tls.truststore.location", "mongodb.uri");
  }

  @Test
  void shouldBlameThePasswordOfAKeyStoreWhoseKeyHasAnotherOne(@TempDir Path directory)
      throws GeneralSecurityException, IOException {
    Path store = Stores.secretKey(directory.resolve("client.p12"), "store", "other");
    Map<String, String> properties = withoutBrokers();
    properties.put("mongodb.uri", "mongodb://127.0.0.1:1/?tls=true");
    properties.put("mongodb.tls.keystore.location", store.toString());
    properties.put("mongodb.tls.keystore.password", "store");

    assertThat(errors(properties).get("mongodb.tls.keystore.password"))
        .singleElement()
        .asString()
        .contains("but not the key in it", "right value is ${file:");
  }

  @Test
  void shouldRefuseStoresThatNoConnectionWouldLookAt() {
    Map<String, String> properties = withoutBrokers();
    properties.put("mongodb.tls.truststore.location", "/nowhere/trust.p12");

    assertThat(errors(properties).get("mongodb.uri"))
        .anySatisfy(message -> assertThat(message).contains("does not switch TLS on", "&tls=true"));
  }
}
