package dev.tidemark.tailer.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.tailer.config.OplogSourceConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicCheckTest {

  private static Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("mongodb.uri", "mongodb://a:1");
    properties.put("mongodb.connect.timeout.ms", "300");
    // Nothing listens on port 1.
    properties.put("kafka.bootstrap.servers", "127.0.0.1:1");
    properties.put("producer.override.max.request.size", "18874368");
    return properties;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka.bootstrap.servers|127.0.0.1:1|do not answer|kafka.security.protocol",
        "kafka.bootstrap.servers|no..host:9092|none of the hosts is known|broker-1:9092",
        "kafka.security.protocol|TLS|SASL_SSL|right value is PLAINTEXT",
        "kafka.security.protocol|SASL_SSL|is missing|ScramLoginModule",
        "kafka.request.timeout.ms|soon|Not a number|right value is 30000",
        "kafka.ssl.truststore.location|/nowhere|/nowhere|right value is /etc/tidemark",
        "kafka.ssl.keystore.location|/nowhere|/nowhere|right value is /etc/tidemark",
        "kafka.sasl.jaas.config|hunter2|is no line|ScramLoginModule"
      })
  void shouldNameTheKafkaSettingThatIsWrong(
      String key, String value, String problem, String example) {
    Map<String, String> properties = properties();
    if (key.equals("kafka.sasl.jaas.config")) {
      properties.put("kafka.security.protocol", "SASL_PLAINTEXT");
      properties.put("kafka.sasl.mechanism", "PLAIN");
    }
    properties.put(key, value);
    String blamed = value.equals("SASL_SSL") ? "kafka.sasl.jaas.config" : key;
    Config found = new Config(new ArrayList<>());

    TopicCheck.check(new OplogSourceConfig(properties), List.of(), new Problems(found));

    assertThat(found.configValues()).singleElement().returns(blamed, one -> one.name());
    assertThat(found.configValues().get(0).errorMessages())
        .singleElement()
        .asString()
        .contains(blamed, problem, example)
        .doesNotContain("hunter2");
  }
}
