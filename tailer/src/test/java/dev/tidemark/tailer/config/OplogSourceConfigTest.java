package dev.tidemark.tailer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OplogSourceConfigTest {

  private static Map<String, String> minimal() {
    Map<String, String> properties = new HashMap<>();
    properties.put("mongodb.uri", "mongodb://a:1,b:2/?replicaSet=rs0 mongodb://c:3");
    properties.put("kafka.bootstrap.servers", "broker:9092");
    properties.put("kafka.security.protocol", "SSL");
    properties.put("producer.override.max.request.size", "18874368");
    return properties;
  }

  @Test
  void shouldReadSeveralConnectionStrings() {
    OplogSourceConfig config = new OplogSourceConfig(minimal());

    assertThat(config.uris()).hasSize(2);
    assertThat(config.uris().get(0).getHosts()).containsExactly("a:1", "b:2");
    assertThat(config.kafkaClient())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("bootstrap.servers", "broker:9092");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mongodb.uri|mongo://a|mongodb://mongo-1:27017",
        "mongodb.uri|mongodb://u:p@ss:w@h|percent-encoded",
        "mongodb.connect.timeout.ms|1|5000",
        "member.preference|fastest|primary",
        "start.position|newest|1705654321:7",
        "start.position|17:x|1705654321:7",
        "on.gap|ignore|fail",
        "topic|a b|oplog-backup",
        "partition.map|rs0=1|rs0:0,rs1:1",
        "partition.map|rs0:1,rs0:2|rs0:0,rs1:1",
        "partition.map|rs0:-1|rs0:0,rs1:1",
        "kafka.bootstrap.servers|broker|broker-1:9092",
        "producer.override.max.request.size|1048576|18874368",
        "heartbeat.interval.ms|0|1000",
        "retry.timeout.ms|-2|-1"
      })
  void shouldNameKeyProblemAndARightValueWhenAValueIsWrong(
      String key, String value, String example) {
    Map<String, String> properties = minimal();
    properties.put(key, value);

    assertThatThrownBy(() -> new OplogSourceConfig(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(example);
  }

  @Test
  void shouldNotRepeatTheConnectionStringInAMessage() {
    Map<String, String> properties = minimal();
    properties.put("mongodb.uri", "mongodb://user:secret@pw9x@host");

    assertThatThrownBy(() -> new OplogSourceConfig(properties))
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("pw9x");
  }

  @Test
  void shouldGiveEveryKeyAGroupAnOrderADisplayNameAndADocumentation() {
    Map<String, Integer> lastOrder = new HashMap<>();
    for (ConfigDef.ConfigKey key : OplogSourceKeys.CONFIG_DEF.configKeys().values()) {
      assertThat(key.group).as(key.name).isNotEmpty();
      assertThat(key.displayName).as(key.name).isNotEqualTo(key.name);
      assertThat(key.documentation).as(key.name).endsWith(".");
      assertThat(key.orderInGroup)
          .as(key.name)
          .isEqualTo(lastOrder.merge(key.group, 1, Integer::sum));
    }
  }

  @Test
  void shouldKeepSecretsOutOfItsTextForm() {
    Map<String, String> properties = minimal();
    properties.put("mongodb.password", "hunter2");

    assertThat(new OplogSourceConfig(properties).values().toString()).doesNotContain("hunter2");
  }

  @Test
  void shouldCarryAnAssignmentThroughTheProperties() {
    OplogSourceConfig config = new OplogSourceConfig(minimal());
    TaskAssignment assignment =
        new TaskAssignment(1, 0, "rs1", "65aa0f0e6f2b4c0d9e8f7a61", List.of("a:1", "b:2"));

    Map<String, String> properties = config.taskProperties(assignment);

    assertThat(TaskAssignment.of(properties)).isEqualTo(assignment);
    assertThat(properties).containsEntry("mongodb.uri", minimal().get("mongodb.uri"));
  }
}
