package dev.tidemark.tailer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoCredential;
import com.mongodb.spi.dns.DnsException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
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
        "mongodb.uri|mongodb://a:1, b:2/?replicaSet=rs0|commas the members of one",
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
        "kafka.bootstrap.servers|broker:99999|broker-1:9092",
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

  @Test
  void shouldTellATaskToBeginAtTheOldestEntry() {
    OplogSourceConfig config = new OplogSourceConfig(minimal());
    TaskAssignment late =
        new TaskAssignment(1, 0, "rs1", "65aa0f0e6f2b4c0d9e8f7a61", List.of("a:1"))
            .startingAtOldest();

    Map<String, String> properties = config.taskProperties(late);

    assertThat(TaskAssignment.of(properties)).isEqualTo(late);
    assertThat(new OplogSourceConfig(properties).startPosition().toString()).isEqualTo("earliest");
  }

  @Test
  void shouldKeepWhatTheConnectionStringSaysOfHowAUserIsKnown() {
    Map<String, String> properties = minimal();
    properties.put(
        "mongodb.uri",
        "mongodb://a:1/?authSource=staff mongodb://old:gone@b:2/?authMechanism=PLAIN"
            + " mongodb://c:3/?tls=true");
    properties.put("mongodb.username", "tide@mark");
    properties.put("mongodb.password", "p+w/x y");

    List<MongoCredential> credentials =
        new OplogSourceConfig(properties)
            .uris().stream().map(ConnectionString::getCredential).toList();

    assertThat(credentials).extracting(MongoCredential::getUserName).containsOnly("tide@mark");
    assertThat(credentials)
        .extracting(credential -> new String(credential.getPassword()))
        .containsOnly("p+w/x y");
    assertThat(credentials)
        .extracting(MongoCredential::getSource)
        .containsExactly("staff", "$external", "admin");
    assertThat(credentials.get(1).getMechanism()).isEqualTo("PLAIN");
  }

  @Test
  void shouldSayWhenAPasswordIsMissingOrTooMuch() {
    Map<String, String> properties = minimal();
    properties.put("mongodb.username", "tidemark");
    OplogSourceConfig without = new OplogSourceConfig(properties);
    properties.put("mongodb.uri", "mongodb://a:1/?authMechanism=MONGODB-X509&tls=true");
    assertThat(new OplogSourceConfig(properties).uris()).hasSize(1);
    properties.put("mongodb.password", "hunter2");
    OplogSourceConfig tooMuch = new OplogSourceConfig(properties);

    assertThatThrownBy(without::uris)
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContainingAll("mongodb.password", "is missing", "${file:");
    assertThatThrownBy(tooMuch::uris)
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContainingAll("mongodb.username", "MONGODB-X509", "A right value is")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void shouldNotAskANameServerToTellWhetherAValueIsWellFormed() {
    Map<String, String> properties = minimal();
    properties.put("mongodb.uri", "mongodb+srv://cluster.example.invalid/?replicaSet=rs0");
    OplogSourceConfig config = new OplogSourceConfig(properties);

    assertThat(config.seeds()).containsExactly("cluster.example.invalid");
    assertThatThrownBy(
            () ->
                ConnectionStrings.parse(
                    properties.get("mongodb.uri"),
                    null,
                    null,
                    (name, type) -> {
                      throw new DnsException("no name server", null);
                    }))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(TailerError.TAILER_NO_MEMBER))
        .hasMessageContainingAll("mongodb.uri", "mongodb+srv", "mongodb://mongo-1:27017");
  }
}
